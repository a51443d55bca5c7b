package io.parcelnode.sim.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parcelnode.udt.nio.UdtChannel;
import io.parcelnode.udt.nio.UdtServerChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fifty connections at once on one port, each with bytes of its own, so that data that strays into another connection
 * shows.
 */
@Timeout(180)
final class LibudtManyConnectionsTest {
    private static final int CONNECTIONS = 50;
    private static final long FIRST_SEED = 20_260_723;
    private static final long SIZE_BYTES = 200_000;

    @TempDir
    private static Path folder;

    private static LibudtProcess libudt;

    private final ExecutorService executor = Executors.newFixedThreadPool(CONNECTIONS);

    @BeforeAll
    static void start() throws Exception {
        libudt = LibudtProcess.startOrSkip(folder);
    }

    @AfterAll
    static void stop() {
        if (libudt != null) {
            libudt.close();
        }
    }

    @AfterEach
    void stopThreads() {
        executor.shutdownNow();
    }

    @Test
    void fiftyLibudtClientsSendToOneOfOurPorts() throws Exception {
        try (UdtServerChannel listener = OurEnd.listen()) {
            List<LibudtProcess.Request> senders = new ArrayList<>();
            for (long seed : seeds()) {
                senders.add(libudt.connectAndSend(listener.localAddress().getPort(), seed, SIZE_BYTES));
            }
            List<Future<Payload.Summary>> received = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                UdtChannel channel = listener.accept();
                received.add(executor.submit(() -> {
                    try (channel) {
                        return OurEnd.receive(channel, OurEnd.TO_THE_END);
                    }
                }));
            }

            assertEquals(expected(), sorted(all(received)));
            for (LibudtProcess.Request sender : senders) {
                sender.await();
            }
        }
    }

    @Test
    void fiftyOfOursReceiveFromOneLibudtListener() throws Exception {
        LibudtProcess.Listener listener = libudt.listen();
        for (long seed : seeds()) {
            listener.acceptAndSend(seed, SIZE_BYTES);
        }

        List<Payload.Summary> received = all(submitForEachSeed(seed -> {
            try (UdtChannel channel = OurEnd.connect(listener.port())) {
                return OurEnd.receive(channel, OurEnd.TO_THE_END);
            }
        }));

        assertEquals(expected(), sorted(received));
    }

    @Test
    void fiftyOfOursSendToOneLibudtListener() throws Exception {
        LibudtProcess.Listener listener = libudt.listen();
        List<LibudtProcess.Request> receivers = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            receivers.add(listener.acceptAndReceive(OurEnd.TO_THE_END));
        }

        all(submitForEachSeed(seed -> OurEnd.sendAndClose(OurEnd.connect(listener.port()), seed, SIZE_BYTES)));

        List<Payload.Summary> received = new ArrayList<>();
        for (LibudtProcess.Request receiver : receivers) {
            received.add(receiver.await());
        }
        assertEquals(expected(), sorted(received));
    }

    private interface Transfer {
        Payload.Summary run(long seed) throws Exception;
    }

    private List<Future<Payload.Summary>> submitForEachSeed(Transfer transfer) {
        List<Future<Payload.Summary>> futures = new ArrayList<>();
        for (long seed : seeds()) {
            Callable<Payload.Summary> task = () -> transfer.run(seed);
            futures.add(executor.submit(task));
        }
        return futures;
    }

    private static List<Payload.Summary> all(List<Future<Payload.Summary>> futures) throws Exception {
        List<Payload.Summary> summaries = new ArrayList<>();
        for (Future<Payload.Summary> future : futures) {
            summaries.add(future.get());
        }
        return summaries;
    }

    private static long[] seeds() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + CONNECTIONS).toArray();
    }

    private static List<String> expected() throws Exception {
        List<Payload.Summary> summaries = new ArrayList<>();
        for (long seed : seeds()) {
            summaries.add(Payload.expected(seed, SIZE_BYTES));
        }
        return sorted(summaries);
    }

    private static List<String> sorted(List<Payload.Summary> summaries) {
        return summaries.stream().map(Payload.Summary::toString).sorted().toList();
    }
}
