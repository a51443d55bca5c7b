package io.parcelnode.udt.nio;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.parcelnode.udt.UdtOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which connections of a port share turns with each other. */
@Timeout(180)
class OwnersTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final Queue<UdtChannel> open = new ArrayDeque<>();

    @Test
    void connectionsOfOneOwnerShareItsTurns() throws IOException {
        // An owner is told by what is equal, not by what is the same.
        ConcurrentLinkedQueue<String> names =
                new ConcurrentLinkedQueue<>(List.of("one", "two", new StringBuilder("one").toString()));
        try (UdtServerChannel server =
                UdtServerChannel.bind(ANY_PORT, UdtOptions.DEFAULT, 8, 1 << 22, address -> names.remove())) {
            List<UdtChannel> accepted = accept(server, 3);
            assertSame(accepted.get(0).owner(), accepted.get(2).owner());
            assertNotSame(accepted.get(0).owner(), accepted.get(1).owner());
        } finally {
            open.forEach(UdtChannel::abort);
        }
    }

    @Test
    void withoutOwnersEachConnectionIsItsOwn() throws IOException {
        try (UdtServerChannel server = UdtServerChannel.bind(ANY_PORT, UdtOptions.DEFAULT)) {
            List<UdtChannel> accepted = accept(server, 2);
            assertNotSame(accepted.get(0).owner(), accepted.get(1).owner());
        } finally {
            open.forEach(UdtChannel::abort);
        }
    }

    private List<UdtChannel> accept(UdtServerChannel server, int count) throws IOException {
        List<UdtChannel> accepted = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            open.add(UdtChannel.connect(server.localAddress(), UdtOptions.DEFAULT));
            accepted.add(server.accept());
        }
        return accepted;
    }
}
