package io.parcelnode.sim.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.sim.relay.RelayConditions;
import io.parcelnode.sim.relay.UdpRelay;
import io.parcelnode.udt.nio.UdtChannel;
import io.parcelnode.udt.nio.UdtServerChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same streams over a path that loses and reorders. Receivers stop at the known size and stay open until the sender
 * has closed: libudt sends its Shutdown once, and a test must not wait for the peer's timeout when that one is lost.
 */
@Timeout(180)
final class LibudtOverRelayTest {
    private static final long SEED = 20_260_722;
    private static final long SIZE_BYTES = (3 << 20) + 1;
    private static final RelayConditions LOSSY = RelayConditions.NONE
            .withOneWayDelay(Duration.ofMillis(1))
            .withLossShare(0.01)
            .withReorderShare(0.01)
            .withReorderDelay(Duration.ofMillis(2));

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

    @Test
    void ourClientSends() throws Exception {
        LibudtProcess.Listener listener = libudt.listen();
        LibudtProcess.Request receiver = listener.acceptAndReceive(SIZE_BYTES);
        try (UdpRelay relay = relayTo(listener.port())) {
            // Open until the peer's application has read all: libudt may drop what is unread when it hears a Shutdown.
            UdtChannel channel = OurEnd.connect(relay.address());
            try {
                Payload.Summary sent = Payload.send(SEED, SIZE_BYTES, channel::write);

                assertEquals(Payload.expected(SEED, SIZE_BYTES), sent);
                assertEquals(sent, receiver.await());
            } finally {
                channel.abort();
            }
            assertFaultsHappened(relay);
        }
    }

    @Test
    void ourClientReceives() throws Exception {
        LibudtProcess.Listener listener = libudt.listen();
        LibudtProcess.Request sender = listener.acceptAndSend(SEED, SIZE_BYTES);
        try (UdpRelay relay = relayTo(listener.port());
                UdtChannel channel = OurEnd.connect(relay.address())) {
            assertEquals(Payload.expected(SEED, SIZE_BYTES), OurEnd.receive(channel, SIZE_BYTES));
            assertEquals(Payload.expected(SEED, SIZE_BYTES), sender.await());
            assertFaultsHappened(relay);
        }
    }

    @Test
    void ourListenerReceives() throws Exception {
        try (UdtServerChannel listener = OurEnd.listen();
                UdpRelay relay = relayTo(listener.localAddress().getPort())) {
            LibudtProcess.Request sender = libudt.connectAndSend(relay.address().getPort(), SEED, SIZE_BYTES);
            try (UdtChannel channel = listener.accept()) {
                assertEquals(Payload.expected(SEED, SIZE_BYTES), OurEnd.receive(channel, SIZE_BYTES));
                assertEquals(Payload.expected(SEED, SIZE_BYTES), sender.await());
            }
            assertFaultsHappened(relay);
        }
    }

    @Test
    void ourListenerSends() throws Exception {
        try (UdtServerChannel listener = OurEnd.listen();
                UdpRelay relay = relayTo(listener.localAddress().getPort())) {
            LibudtProcess.Request receiver =
                    libudt.connectAndReceive(relay.address().getPort(), SIZE_BYTES);

            // Open until the peer's application has read all: libudt may drop what is unread when it hears a Shutdown.
            UdtChannel channel = listener.accept();
            try {
                Payload.Summary sent = Payload.send(SEED, SIZE_BYTES, channel::write);

                assertEquals(Payload.expected(SEED, SIZE_BYTES), sent);
                assertEquals(sent, receiver.await());
            } finally {
                channel.abort();
            }
            assertFaultsHappened(relay);
        }
    }

    private static UdpRelay relayTo(int port) throws Exception {
        InetSocketAddress target = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
        return UdpRelay.start(target, LOSSY, SEED);
    }

    /** 3 MiB are over 2,000 datagrams; at 1 % none of them lost means that the relay did nothing. */
    private static void assertFaultsHappened(UdpRelay relay) {
        assertTrue(relay.droppedDatagrams() > 0, "seed " + SEED + ": no datagram was lost");
    }
}
