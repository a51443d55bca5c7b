package io.parcelnode.udt.nio;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.UdtOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Row D25: connecting costs neither descriptors nor threads that stay. */
@Timeout(300)
class ManyConnectsTest {
    private static final int CONNECTS = 10_000;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    /** What a JVM opens and starts by itself meanwhile. */
    private static final long ALLOWANCE = 50;

    @Test
    void tenThousandConnectionsLeaveNothingBehind() throws Exception {
        try (UdtServerChannel server =
                UdtServerChannel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), UdtOptions.DEFAULT)) {
            Thread acceptor = new Thread(() -> acceptAll(server), "acceptor");
            acceptor.setDaemon(true);
            acceptor.start();
            connect(server, 100);
            long descriptors = descriptors();
            int threads = Thread.activeCount();
            connect(server, CONNECTS);

            long moreDescriptors = descriptors() - descriptors;
            int moreThreads = Thread.activeCount() - threads;
            assertTrue(moreDescriptors < ALLOWANCE, moreDescriptors + " descriptors stayed open");
            assertTrue(moreThreads < ALLOWANCE, moreThreads + " threads stayed");
        }
    }

    private static void connect(UdtServerChannel server, int times) throws Exception {
        ByteBuffer one = ByteBuffer.allocate(1);
        for (int i = 0; i < times; i++) {
            UdtChannel channel = UdtChannel.connect(server.localAddress(), UdtOptions.DEFAULT);
            channel.write(one.clear());
            channel.read(one.clear());
            channel.close();
        }
    }

    private static void acceptAll(UdtServerChannel server) {
        try {
            while (true) {
                UdtChannel channel = server.accept();
                ByteBuffer one = ByteBuffer.allocate(1);
                channel.read(one);
                channel.write(one.flip());
                channel.close();
            }
        } catch (ClosedChannelException e) {
            return; // The test is over.
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** 0 where the system does not tell. */
    private static long descriptors() throws Exception {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            return open.count();
        }
    }
}
