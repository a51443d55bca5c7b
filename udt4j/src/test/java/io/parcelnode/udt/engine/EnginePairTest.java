package io.parcelnode.udt.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.UdtOptions;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two engines joined without delay or loss, on a clock that the test moves. Worse networks are the simulator's. */
class EnginePairTest {
    private static final byte[] ADDRESS = {127, 0, 0, 1};

    private final UnsafeBuffer datagram = new UnsafeBuffer(new byte[2_048]);
    private final UnsafeBuffer reply = new UnsafeBuffer(new byte[64]);
    private final Random random = new Random(7);
    private final HandshakeListener listener = new HandshakeListener(0, UdtOptions.DEFAULT, random, 10);
    private final UdtConnection client = UdtConnection.connect(0, UdtOptions.DEFAULT, 77, ADDRESS, random);
    private UdtConnection server;
    private long nowNs;

    @Test
    void handshakeTakesTwoRoundTripsAndAgreesOnTheSmallerMss() {
        turn();
        assertTrue(client.isConnected());
        assertTrue(server.isConnected());
        assertEquals(1_456, client.payloadMaxBytes());
        assertEquals(1_456, server.payloadMaxBytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_455, 1_456, 1_457, 1 << 20, (16 << 20) + 3})
    void carriesBytesUnchanged(int length) {
        byte[] sent = new byte[length];
        random.nextBytes(sent);
        assertArrayEquals(sent, transfer(sent));
        assertEquals(0, client.stats(nowNs).packetsRetransmitted());
    }

    @Test
    void closeWaitsForTheDataThenTellsThePeer() {
        turn();
        client.sendRing().write(ByteBuffer.wrap(new byte[100]));
        client.close(nowNs);
        for (int i = 0; i < 1_000 && !(client.isClosed() && server.isClosed()); i++) {
            turn();
            nowNs += 1_000_000;
        }
        assertEquals(CloseReason.LOCAL_CLOSE, client.closeReason());
        assertEquals(CloseReason.PEER_SHUTDOWN, server.closeReason());
        assertEquals(100, server.receiveRing().read(ByteBuffer.allocate(200)));
        assertEquals(-1, server.receiveRing().read(ByteBuffer.allocate(200)));
    }

    private byte[] transfer(byte[] bytes) {
        turn();
        ByteBuffer source = ByteBuffer.wrap(bytes);
        ByteBuffer chunk = ByteBuffer.allocate(1 << 16);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        for (int i = 0; i < 200_000 && received.size() < bytes.length; i++) {
            if (source.hasRemaining()) {
                client.sendRing().write(source);
                client.onApplicationProgress(nowNs);
            }
            turn();
            while (server.receiveRing().read(chunk.clear()) > 0) {
                received.write(chunk.array(), 0, chunk.position());
            }
            server.onApplicationProgress(nowNs);
            nowNs += 100_000;
        }
        return received.toByteArray();
    }

    private void turn() {
        boolean more = true;
        while (more) {
            more = fromClient() | fromServer();
        }
        client.onDeadline(nowNs);
        if (server != null) {
            server.onDeadline(nowNs);
        }
    }

    private boolean fromClient() {
        int length = client.pollTransmit(nowNs, datagram, 0);
        if (length == 0) {
            return false;
        }
        if (datagram.getInt(12) == 0) {
            int replied = listener.onDatagram(nowNs, ADDRESS, 5_000, datagram, 0, length, reply);
            UdtConnection accepted = listener.pollAccepted();
            server = accepted == null ? server : accepted;
            client.onDatagram(nowNs, reply, 0, replied);
        } else {
            server.onDatagram(nowNs, datagram, 0, length);
        }
        return true;
    }

    private boolean fromServer() {
        int length = server == null ? 0 : server.pollTransmit(nowNs, datagram, 0);
        if (length > 0) {
            client.onDatagram(nowNs, datagram, 0, length);
        }
        return length > 0;
    }
}
