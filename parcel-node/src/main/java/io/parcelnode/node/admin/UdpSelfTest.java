package io.parcelnode.node.admin;

import io.parcelnode.node.cli.Addresses;
import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.HandshakeBody;
import io.parcelnode.udt.wire.PacketHeader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Knocks at our own port as a client does: a first handshake request is answered with a cookie, and costs the listener no
 * state.
 */
final class UdpSelfTest implements HealthCheck.Probe {
    private static final int PACKET_BYTES = PacketHeader.LENGTH + HandshakeBody.LENGTH;
    private static final int ATTEMPTS = 4;
    private static final int ANSWER_MAX_MS = 500;
    private static final int MSS_BYTES = 1_500;
    private static final int WINDOW_PACKETS = 1_024;

    private final InetSocketAddress port;
    private final Predicate<InetAddress> isAnswered;

    /**
     * @param listening the address that the server listens on
     * @param isAnswered whether the server's lists let somebody with this address in
     */
    UdpSelfTest(InetSocketAddress listening, Predicate<InetAddress> isAnswered) {
        this.isAnswered = isAnswered;
        InetAddress address = listening.getAddress();
        port = new InetSocketAddress(
                address.isAnyLocalAddress() ? loopbackLike(address) : address, listening.getPort());
    }

    @Override
    public String look() throws IOException {
        int socketId = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
        byte[] request = request(socketId);
        byte[] reply = new byte[PACKET_BYTES];
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(port);
            if (!isAnswered.test(socket.getLocalAddress())) {
                return "not asked: --deny or --allow keep " + Addresses.text(socket.getLocalAddress()) + " out";
            }
            socket.setSoTimeout(ANSWER_MAX_MS);
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                long startNs = System.nanoTime();
                socket.send(new DatagramPacket(request, request.length));
                DatagramPacket answer = new DatagramPacket(reply, reply.length);
                try {
                    socket.receive(answer);
                } catch (SocketTimeoutException e) {
                    continue; // A busy port may lose one.
                }
                requireCookie(reply, answer.getLength(), socketId);
                return String.format(
                        Locale.ROOT, "a handshake was answered in %.1f ms", (System.nanoTime() - startNs) / 1e6);
            }
        }
        throw new IOException("no answer to " + ATTEMPTS + " handshakes sent to " + Addresses.text(port)
                + "; look for a firewall rule on this machine that drops UDP");
    }

    private static void requireCookie(byte[] reply, int length, int socketId) throws IOException {
        UnsafeBuffer buffer = new UnsafeBuffer(reply);
        if (length != PACKET_BYTES
                || ControlHeader.type(buffer, 0) != ControlHeader.HANDSHAKE
                || PacketHeader.destinationSocketId(buffer, 0) != socketId
                || HandshakeBody.requestType(buffer, PacketHeader.LENGTH) != HandshakeBody.REQUEST) {
            throw new IOException("the answer to a handshake was " + length + " bytes of something else");
        }
    }

    private static byte[] request(int socketId) {
        byte[] packet = new byte[PACKET_BYTES];
        UnsafeBuffer buffer = new UnsafeBuffer(packet);
        ControlHeader.write(buffer, 0, ControlHeader.HANDSHAKE, 0, 0);
        int body = PacketHeader.LENGTH;
        HandshakeBody.version(buffer, body, HandshakeBody.VERSION);
        HandshakeBody.socketType(buffer, body, HandshakeBody.STREAM);
        HandshakeBody.mssBytes(buffer, body, MSS_BYTES);
        HandshakeBody.windowPackets(buffer, body, WINDOW_PACKETS);
        HandshakeBody.requestType(buffer, body, HandshakeBody.REQUEST);
        HandshakeBody.socketId(buffer, body, socketId);
        return packet;
    }

    private static InetAddress loopbackLike(InetAddress wildcard) {
        try {
            return InetAddress.getByName(wildcard instanceof Inet4Address ? "127.0.0.1" : "::1");
        } catch (IOException e) {
            throw new IllegalStateException("an address without a name needs nobody to look it up", e);
        }
    }
}
