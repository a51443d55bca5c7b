package io.parcelnode.sim.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real sockets on loopback, so times are only bounded from below. */
@Timeout(180)
class UdpRelayTest {
    private static final int RECEIVE_TIMEOUT_MS = 20_000;

    private DatagramSocket server;
    private DatagramSocket client;
    private UdpRelay relay;

    @BeforeEach
    void open() throws IOException {
        server = socket();
        client = socket();
        relay = UdpRelay.start((InetSocketAddress) server.getLocalSocketAddress(), RelayConditions.NONE, 1);
    }

    @AfterEach
    void close() {
        relay.close();
        client.close();
        server.close();
    }

    @Test
    void keepsTwoClientsApart() throws IOException {
        try (DatagramSocket second = socket()) {
            send(client, bytes(1_472, 1));
            DatagramPacket fromFirst = receive(server);
            send(second, bytes(10, 2));
            DatagramPacket fromSecond = receive(server);
            assertEquals(1_472, fromFirst.getLength());
            assertEquals(1, fromFirst.getData()[1_471]);
            assertEquals(10, fromSecond.getLength());

            server.send(new DatagramPacket(bytes(5, 3), 5, fromSecond.getSocketAddress()));
            server.send(new DatagramPacket(bytes(9_000, 4), 9_000, fromFirst.getSocketAddress()));
            assertEquals(5, receive(second).getLength());
            assertEquals(9_000, receive(client).getLength());
        }
        // A datagram may arrive before it is counted; closing waits for the thread that counts.
        relay.close();
        assertEquals(4, relay.forwardedDatagrams());
        assertEquals(0, relay.droppedDatagrams());
    }

    @Test
    void delaysByAtLeastTheOneWayDelay() throws IOException {
        relay.conditions(RelayConditions.NONE.withOneWayDelay(Duration.ofMillis(30)));
        long sentNs = System.nanoTime();
        send(client, bytes(100, 1));
        DatagramPacket request = receive(server);
        server.send(new DatagramPacket(bytes(1, 1), 1, request.getSocketAddress()));
        receive(client);
        long tookNs = System.nanoTime() - sentNs;
        assertTrue(tookNs >= 60_000_000, "there and back took " + tookNs + " ns");
    }

    @Test
    void paces() throws IOException {
        relay.conditions(RelayConditions.NONE.withRateBitsPerSecond(8_000_000).withQueueBytes(1 << 20));
        long sentNs = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            send(client, bytes(972, i));
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(i, receive(server).getData()[0]);
        }
        long tookNs = System.nanoTime() - sentNs;
        assertTrue(tookNs >= 99_000_000, "100 datagrams of 1 ms each took " + tookNs + " ns");
    }

    @Test
    void aHeldBackDatagramArrivesLater() throws IOException {
        relay.conditions(RelayConditions.NONE.withReorderShare(1).withReorderDelay(Duration.ofMillis(40)));
        long sentNs = System.nanoTime();
        send(client, bytes(10, 1));
        receive(server);
        long tookNs = System.nanoTime() - sentNs;
        assertTrue(tookNs >= 40_000_000, "held back by " + tookNs + " ns");
    }

    @Test
    void largeDatagramsVanishAboveTheLimit() throws IOException {
        relay.conditions(RelayConditions.NONE.withDropAboveBytes(1_300));
        send(client, bytes(1_273, 1));
        send(client, bytes(1_272, 2));
        assertEquals(2, receive(server).getData()[0]);
        assertEquals(1, relay.droppedDatagrams());
    }

    @Test
    void aBlackoutSwallowsEverythingUntilItEnds() throws IOException {
        relay.conditions(RelayConditions.NONE.withBlackout(true));
        send(client, bytes(10, 1));
        while (relay.droppedDatagrams() < 1) {
            Thread.onSpinWait();
        }
        relay.conditions(RelayConditions.NONE);
        send(client, bytes(10, 2));
        assertEquals(2, receive(server).getData()[0]);
    }

    @Test
    void losesNearlyTheGivenShare() throws IOException {
        relay.conditions(RelayConditions.NONE.withLossShare(0.3));
        for (int i = 0; i < 1_000; i++) {
            send(client, bytes(10, i));
            // One at a time, so that no socket buffer can overflow.
            while (relay.forwardedDatagrams() + relay.droppedDatagrams() <= i) {
                Thread.onSpinWait();
            }
        }
        long lost = relay.droppedDatagrams();
        assertTrue(lost > 250 && lost < 350, "lost " + lost + " of 1000 at seed 1");
    }

    @Test
    void namesTheTargetThatDoesNotResolve() {
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("no.such.host", 9);
        IOException e = assertThrows(
                IOException.class,
                () -> UdpRelay.start(unresolved, RelayConditions.NONE, 1).close());
        assertTrue(e.getMessage().contains("no.such.host"), e.getMessage());
    }

    private void send(DatagramSocket from, byte[] payload) throws IOException {
        from.send(new DatagramPacket(payload, payload.length, relay.address()));
    }

    private static DatagramPacket receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(packet);
        return packet;
    }

    private static byte[] bytes(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static DatagramSocket socket() throws IOException {
        DatagramSocket socket =
                new DatagramSocket(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
        socket.setSoTimeout(RECEIVE_TIMEOUT_MS);
        return socket;
    }
}
