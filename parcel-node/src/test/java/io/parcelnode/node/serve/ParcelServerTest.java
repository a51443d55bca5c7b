package io.parcelnode.node.serve;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.cli.MemoryPlan;
import io.parcelnode.node.cli.TransportOptions;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.proto.ServerIdentity;
import io.parcelnode.proto.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ParcelServerTest {
    /** Otherwise it would hold its port for ever and serve nobody. */
    @Test
    void tellsWhenItDoesNotAcceptAnyMore() throws Exception {
        Set<Thread> others = accepters(); // Of servers of other tests, which are about to end.
        try (ParcelServer server = start()) {
            Await.until("somebody accepts", () -> !others.containsAll(accepters()));
            Set<Thread> ours = accepters();
            ours.removeAll(others);
            ours.forEach(Thread::interrupt);

            IOException end = assertThrows(IOException.class, server::awaitEnd);

            assertTrue(end.getMessage().contains("cannot accept connections any more"), end.getMessage());
        }
    }

    @Test
    void aServerThatIsClosedHasNotFailed() throws Exception {
        ParcelServer server = start();
        server.close();
        server.awaitEnd();
    }

    private static ParcelServer start() throws IOException {
        return ParcelServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new TransportOptions().forServer(),
                MemoryPlan.ofThisJvm(),
                ServerIdentity.selfSigned(new SecureRandom()),
                new MemoryFiles(new byte[0], "v"),
                ServerOptions.DEFAULT);
    }

    /** The threads that wait for clients. */
    private static Set<Thread> accepters() {
        Set<Thread> threads = new HashSet<>();
        Thread.getAllStackTraces().forEach((thread, frames) -> {
            if (Arrays.stream(frames).anyMatch(frame -> frame.getMethodName().equals("acceptAll"))) {
                threads.add(thread);
            }
        });
        return threads;
    }
}
