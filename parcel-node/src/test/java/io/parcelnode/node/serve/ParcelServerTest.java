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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ParcelServerTest {
    /** Otherwise it would hold its port for ever and serve nobody. */
    @Test
    void tellsWhenItDoesNotAcceptAnyMore() throws Exception {
        try (ParcelServer server = start()) {
            Await.until("somebody accepts", () -> accepter() != null);
            accepter().interrupt();

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

    /** The thread that waits for clients, null while there is none. */
    private static Thread accepter() {
        for (Map.Entry<Thread, StackTraceElement[]> entry :
                Thread.getAllStackTraces().entrySet()) {
            if (Arrays.stream(entry.getValue())
                    .anyMatch(frame -> frame.getMethodName().equals("acceptAll"))) {
                return entry.getKey();
            }
        }
        return null;
    }
}
