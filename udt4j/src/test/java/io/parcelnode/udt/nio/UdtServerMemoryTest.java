package io.parcelnode.udt.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.Congestion;
import io.parcelnode.udt.UdtOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that do not read: what a server holds for all of them is bounded, and nobody is stuck once they do. */
@Timeout(120)
class UdtServerMemoryTest {
    private static final int CLIENTS = 24;
    private static final int BYTES_EACH = 4 << 20;
    private static final int PIECE_BYTES = 16 << 10;
    private static final long MEMORY_BYTES = 4 << 20;
    private static final int WINDOW_PACKETS = 64;

    private static final UdtOptions OPTIONS = UdtOptions.DEFAULT
            .withCongestion(Congestion.BBR)
            .withFlightWindowPackets(WINDOW_PACKETS)
            .withSendBufferBytes(1 << 28);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong taken = new AtomicLong();

    @Test
    void stalledClientsShareOneBoundAndAllAreServedInTheEnd() throws Exception {
        try (UdtServerChannel server = UdtServerChannel.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), OPTIONS, CLIENTS, MEMORY_BYTES)) {
            List<UdtChannel> clients = new ArrayList<>();
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(UdtChannel.connect(server.localAddress(), OPTIONS));
                UdtChannel accepted = server.accept();
                writers.add(threads.submit(() -> write(accepted)));
            }
            // In the server's memory, what is guaranteed to each, and in the windows of the clients.
            long mostBytes = MEMORY_BYTES + CLIENTS * ((2L << 16) + WINDOW_PACKETS * 1_456L + PIECE_BYTES);
            awaitTaken(server);
            assertTrue(taken.get() <= mostBytes, taken + " bytes were taken, above " + mostBytes);
            long heldBytes = server.bufferedBytes();
            assertTrue(
                    heldBytes >= MEMORY_BYTES / 4 && heldBytes <= mostBytes, heldBytes + " bytes are said to be held");

            List<Future<Integer>> readers = new ArrayList<>();
            for (UdtChannel client : clients) {
                readers.add(threads.submit(() -> client.inputStream().readNBytes(BYTES_EACH).length));
            }
            for (Future<Integer> reader : readers) {
                assertEquals(BYTES_EACH, reader.get());
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            clients.forEach(UdtChannel::abort);
        } finally {
            threads.shutdownNow();
        }
    }

    private Void write(UdtChannel channel) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        for (int written = 0; written < BYTES_EACH; written += PIECE_BYTES) {
            channel.write(piece.clear());
            taken.addAndGet(PIECE_BYTES);
        }
        return null;
    }

    /** Until so much is held and no more comes: writers that are slow to start would only make the check weaker. */
    private void awaitTaken(UdtServerChannel server) throws InterruptedException {
        long before = -1;
        while (server.bufferedBytes() < MEMORY_BYTES / 4 || taken.get() < MEMORY_BYTES / 2 || taken.get() > before) {
            before = taken.get();
            Thread.sleep(300);
        }
    }
}
