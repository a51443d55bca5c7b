package io.parcelnode.node.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.nio.Admission.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class TcpPathTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    private TcpPort port;

    @BeforeEach
    void open() throws IOException {
        port = TcpPort.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), LONG);
    }

    @AfterEach
    void close() {
        port.close();
    }

    private TcpPath connect(Duration silenceMax) throws IOException {
        return TcpPath.connect(port.localAddress(), LONG, silenceMax);
    }

    private static void writeAll(TcpPath path, int bytes) {
        try {
            path.write(ByteBuffer.allocate(bytes));
            path.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int readAll(TcpPath path) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        int bytes = 0;
        int count;
        while ((count = path.read(buffer)) >= 0) {
            bytes += count;
            buffer.clear();
        }
        return bytes;
    }

    @Test
    void carriesBytesAndCountsThem() throws Exception {
        int bytes = 5_000_001;
        try (TcpPath client = connect(LONG);
                TcpPath server = port.accept()) {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> writeAll(server, bytes));

            assertEquals(bytes, readAll(client));

            writing.get();
            assertEquals(Transport.TCP, client.transport());
            assertEquals(bytes, client.stats().bytesReceived());
            assertEquals(bytes, server.stats().bytesSent());
            assertTrue(client.stats().rttMicros() > 0);
        }
    }

    @Test
    void aPeerThatSaysNothingIsLost() throws Exception {
        try (TcpPath client = connect(Duration.ofMillis(200));
                TcpPath server = port.accept()) {
            IOException lost = assertThrows(IOException.class, () -> client.read(ByteBuffer.allocate(1)));

            assertTrue(lost.getMessage().contains("nothing was heard"), lost.getMessage());
            assertFalse(client.isOpen());
        }
    }

    /** The limit is what the reader waits for then, not the peer. */
    @Test
    void whoReadsSlowlyOnPurposeLosesNobody() throws Exception {
        try (TcpPath client = connect(Duration.ofMillis(300));
                TcpPath server = port.accept()) {
            client.limitReceiving(200_000);
            // The system's buffers take that much, so that no busy machine keeps the reader waiting.
            writeAll(server, 30_000);
            long startNs = System.nanoTime();

            assertEquals(30_000, readAll(client));

            assertTrue(System.nanoTime() - startNs > 1_000_000_000, "30 kB at 200 kbit/s take more than a second");
        }
    }

    @Test
    void aLimitHoldsForTheSender() throws Exception {
        try (TcpPath client = connect(LONG);
                TcpPath server = port.accept()) {
            server.limitSending(8_000_000);
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> writeAll(server, 1_000_000));
            long startNs = System.nanoTime();

            assertEquals(1_000_000, readAll(client));

            double seconds = (System.nanoTime() - startNs) / 1e9;
            assertTrue(seconds > 0.9, "1 MB at 8 Mbit/s took " + seconds + " s");
            writing.get();
        }
    }

    @Test
    void aThreadThatIsInterruptedEndsTheConnection() throws Exception {
        try (TcpPath client = connect(LONG);
                TcpPath server = port.accept()) {
            CompletableFuture<Thread> reader = new CompletableFuture<>();
            CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> {
                reader.complete(Thread.currentThread());
                try {
                    return client.read(ByteBuffer.allocate(1));
                } catch (IOException e) {
                    Thread.interrupted();
                    throw new IllegalStateException(e);
                }
            });
            reader.get().interrupt();

            ExecutionException failed = assertThrows(ExecutionException.class, read::get);

            assertEquals(
                    ClosedByInterruptException.class,
                    failed.getCause().getCause().getClass());
            assertFalse(client.isOpen());
        }
    }

    @Test
    void whoIsNotAdmittedFindsTheConnectionClosed() throws Exception {
        port.admission(source -> Verdict.IGNORE);
        try (TcpPath client = connect(LONG)) {
            assertNull(port.accept());
            assertEquals(-1, client.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void aClosedPortWakesWhoWaits() throws Exception {
        CompletableFuture<Object> accepted = CompletableFuture.supplyAsync(() -> {
            try {
                return port.accept();
            } catch (IOException e) {
                return e;
            }
        });
        port.close();
        assertTrue(accepted.get() instanceof ClosedChannelException);
    }
}
