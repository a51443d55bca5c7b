package io.parcelnode.sim.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parcelnode.udt.nio.UdtChannel;
import io.parcelnode.udt.nio.UdtServerChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole streams between libudt and ours over loopback; sizes around one packet's payload of 1456 bytes and large ones. */
@Timeout(180)
final class LibudtTransferTest {
    private static final long SEED = 20_260_721;

    @TempDir
    private static Path folder;

    private static LibudtProcess libudt;

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

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1455, 1456, 1457, (1 << 20) + 3, 64 << 20})
    void ourClientSends(long sizeBytes) throws Exception {
        LibudtProcess.Listener listener = libudt.listen();
        LibudtProcess.Request receiver = listener.acceptAndReceive(OurEnd.TO_THE_END);

        Payload.Summary sent = OurEnd.sendAndClose(OurEnd.connect(listener.port()), SEED, sizeBytes);

        assertEquals(Payload.expected(SEED, sizeBytes), sent);
        assertEquals(sent, receiver.await());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1455, 1456, 1457, (1 << 20) + 3, 64 << 20})
    void ourClientReceives(long sizeBytes) throws Exception {
        LibudtProcess.Listener listener = libudt.listen();
        LibudtProcess.Request sender = listener.acceptAndSend(SEED, sizeBytes);

        try (UdtChannel channel = OurEnd.connect(listener.port())) {
            assertEquals(Payload.expected(SEED, sizeBytes), OurEnd.receive(channel, OurEnd.TO_THE_END));
        }
        assertEquals(Payload.expected(SEED, sizeBytes), sender.await());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1455, 1456, 1457, (1 << 20) + 3, 64 << 20})
    void ourListenerReceives(long sizeBytes) throws Exception {
        try (UdtServerChannel listener = OurEnd.listen()) {
            LibudtProcess.Request sender =
                    libudt.connectAndSend(listener.localAddress().getPort(), SEED, sizeBytes);

            try (UdtChannel channel = listener.accept()) {
                assertEquals(Payload.expected(SEED, sizeBytes), OurEnd.receive(channel, OurEnd.TO_THE_END));
            }
            assertEquals(Payload.expected(SEED, sizeBytes), sender.await());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1455, 1456, 1457, (1 << 20) + 3, 64 << 20})
    void ourListenerSends(long sizeBytes) throws Exception {
        try (UdtServerChannel listener = OurEnd.listen()) {
            LibudtProcess.Request receiver =
                    libudt.connectAndReceive(listener.localAddress().getPort(), OurEnd.TO_THE_END);

            Payload.Summary sent = OurEnd.sendAndClose(listener.accept(), SEED, sizeBytes);

            assertEquals(Payload.expected(SEED, sizeBytes), sent);
            assertEquals(sent, receiver.await());
        }
    }
}
