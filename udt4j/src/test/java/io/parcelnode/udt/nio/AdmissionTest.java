package io.parcelnode.udt.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.nio.Admission.Verdict;
import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.HandshakeBody;
import io.parcelnode.udt.wire.PacketHeader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(180)
class AdmissionTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void whoIsRefusedIsToldSoAndWhoIsThereStays() throws Exception {
        try (UdtServerChannel server = server();
                UdtChannel first = UdtChannel.connect(server.localAddress(), UdtOptions.DEFAULT)) {
            server.admission(source -> Verdict.REFUSE);

            UdtConnectException refusal = assertThrows(
                    UdtConnectException.class, () -> UdtChannel.connect(server.localAddress(), UdtOptions.DEFAULT));

            assertEquals(CloseReason.REFUSED, refusal.reason());
            UdtChannel accepted = server.accept();
            accepted.outputStream().write(7);
            accepted.outputStream().flush();
            assertEquals(7, first.inputStream().read());
        }
    }

    /** The port takes datagrams in order, so what the second has got the first would have got before. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "has all of 127.0.0.0/8 on loopback")
    void whoIsIgnoredGetsNoDatagram() throws Exception {
        InetAddress denied = InetAddress.getByName("127.0.0.2");
        AtomicInteger ignored = new AtomicInteger();
        try (UdtServerChannel server = server();
                DatagramSocket from = new DatagramSocket(new InetSocketAddress(denied, 0));
                DatagramSocket other = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            server.admission(source -> {
                boolean isDenied = source.equals(denied);
                ignored.addAndGet(isDenied ? 1 : 0);
                return isDenied ? Verdict.IGNORE : Verdict.ADMIT;
            });
            other.setSoTimeout(1_000);
            int attempts = 0;
            do {
                attempts++;
                assertTrue(attempts < 30, "no answer to anybody");
                from.send(request(server));
                other.send(request(server));
            } while (!isAnswered(other));

            from.setSoTimeout(1);
            assertTrue(!isAnswered(from), "an answer to " + denied);
            assertTrue(ignored.get() > 0);
        }
    }

    private static boolean isAnswered(DatagramSocket socket) throws Exception {
        try {
            socket.receive(new DatagramPacket(new byte[100], 100));
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private static DatagramPacket request(UdtServerChannel server) {
        byte[] packet = new byte[PacketHeader.LENGTH + HandshakeBody.LENGTH];
        UnsafeBuffer buffer = new UnsafeBuffer(packet);
        ControlHeader.write(buffer, 0, ControlHeader.HANDSHAKE, 0, 0);
        int body = PacketHeader.LENGTH;
        HandshakeBody.version(buffer, body, HandshakeBody.VERSION);
        HandshakeBody.socketType(buffer, body, HandshakeBody.STREAM);
        HandshakeBody.requestType(buffer, body, HandshakeBody.REQUEST);
        HandshakeBody.socketId(buffer, body, 1);
        return new DatagramPacket(packet, packet.length, server.localAddress());
    }

    private static UdtServerChannel server() throws Exception {
        return UdtServerChannel.bind(new InetSocketAddress(LOOPBACK, 0), UdtOptions.DEFAULT);
    }
}
