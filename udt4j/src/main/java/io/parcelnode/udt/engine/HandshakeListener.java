package io.parcelnode.udt.engine;

import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.Extension;
import io.parcelnode.udt.wire.HandshakeBody;
import io.parcelnode.udt.wire.PacketHeader;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Answers connection requests on a port (libudt core.cpp, CUDT::listen). Not thread-safe.
 *
 * <p>A first request costs no state: it is sent back with a cookie, in a datagram no longer than its own. Only a
 * request that brings the cookie back creates a connection. A repeated request gets the answer its connection got.
 */
public final class HandshakeListener {
    private static final int PACKET_BYTES = PacketHeader.LENGTH + HandshakeBody.LENGTH;
    private static final int MSS_MIN_BYTES = 92;
    private static final int WINDOW_MIN_PACKETS = 2;
    private static final int WINDOW_MAX_PACKETS = 1 << 20;

    private final UdtOptions options;
    private final RandomGenerator random;
    private final int connectionsMax;
    private final BufferMemory memory;
    private final CookieKeys cookies;
    private final Map<ClientKey, UdtConnection> connections = new HashMap<>();
    private final RecentKeys closed = new RecentKeys();
    private UdtConnection accepted;
    private boolean backlogFull;

    /** With as much memory as all connections could ask for. */
    public HandshakeListener(long nowNs, UdtOptions options, RandomGenerator random, int maxConnections) {
        this(nowNs, options, random, maxConnections, BufferMemory.unshared());
    }

    /**
     * @param random a secure generator outside simulations: cookies, socket IDs and congestion control draw from it
     * @param maxConnections requests beyond so many open connections are refused
     * @param memory what the connections buffer
     */
    public HandshakeListener(
            long nowNs, UdtOptions options, RandomGenerator random, int maxConnections, BufferMemory memory) {
        this.options = options;
        this.random = random;
        this.connectionsMax = maxConnections;
        this.memory = memory;
        this.cookies = new CookieKeys(nowNs, random);
    }

    /**
     * A datagram for socket ID 0. Anything but a handshake is ignored.
     *
     * @param reply takes the answer, at least 64 bytes
     * @return length of the answer to send back where the datagram came from, 0 for none
     */
    public int onDatagram(
            long nowNs,
            byte[] sourceAddress,
            int sourcePort,
            DirectBuffer datagram,
            int offset,
            int length,
            MutableDirectBuffer reply) {
        accepted = null;
        if (length != PACKET_BYTES
                || !PacketHeader.isControl(datagram, offset)
                || ControlHeader.type(datagram, offset) != ControlHeader.HANDSHAKE) {
            return 0;
        }
        int body = offset + PacketHeader.LENGTH;
        int clientId = HandshakeBody.socketId(datagram, body);
        int initialSequence = HandshakeBody.initialSequence(datagram, body);
        if (clientId <= 0 || initialSequence < 0) {
            return 0;
        }
        reply.putBytes(0, datagram, offset, length);
        ControlHeader.write(reply, 0, ControlHeader.HANDSHAKE, 0, clientId);
        int answer = PacketHeader.LENGTH;
        if (HandshakeBody.requestType(datagram, body) == HandshakeBody.REQUEST) {
            int cookie = cookies.make(nowNs, sourceAddress, sourcePort, clientId, initialSequence);
            HandshakeBody.cookie(reply, answer, cookie);
            return PACKET_BYTES;
        }
        if (HandshakeBody.requestType(datagram, body) != HandshakeBody.RESPONSE
                || !cookies.matches(
                        nowNs,
                        HandshakeBody.cookie(datagram, body),
                        sourceAddress,
                        sourcePort,
                        clientId,
                        initialSequence)) {
            return 0;
        }
        ClientKey key = new ClientKey(ByteBuffer.wrap(sourceAddress), sourcePort, clientId, initialSequence);
        if (closed.containsKey(key)) {
            // A request that was held up or repeated by somebody: its connection has been and gone.
            return 0;
        }
        UdtConnection connection = connections.get(key);
        if (connection == null) {
            connection = create(nowNs, key, datagram, body);
        }
        if (connection == null) {
            HandshakeBody.requestType(reply, answer, HandshakeBody.REFUSED);
            return PACKET_BYTES;
        }
        HandshakeBody.requestType(reply, answer, HandshakeBody.RESPONSE);
        HandshakeBody.mssBytes(reply, answer, connection.mssBytes());
        HandshakeBody.windowPackets(reply, answer, connection.receiveRing().capacityPackets());
        HandshakeBody.socketId(reply, answer, connection.localSocketId());
        HandshakeBody.address(reply, answer, sourceAddress);
        if (connection.isExtended()) {
            Extension.accept(reply, 0);
        }
        return PACKET_BYTES;
    }

    /** The connection that the last datagram created, else null. Given out once. */
    public UdtConnection pollAccepted() {
        UdtConnection connection = accepted;
        accepted = null;
        return connection;
    }

    /** The connection has closed; a repeated request neither finds it nor makes a new one. */
    public void forget(UdtConnection connection) {
        connections.entrySet().removeIf(entry -> {
            boolean found = entry.getValue() == connection;
            if (found) {
                closed.put(entry.getKey(), true);
            }
            return found;
        });
    }

    /** While true, requests are refused although their cookie is good. */
    public void backlogFull(boolean full) {
        backlogFull = full;
    }

    private UdtConnection create(long nowNs, ClientKey key, DirectBuffer datagram, int body) {
        int clientMssBytes = HandshakeBody.mssBytes(datagram, body);
        if (backlogFull
                || connections.size() >= connectionsMax
                || HandshakeBody.version(datagram, body) != HandshakeBody.VERSION
                || HandshakeBody.socketType(datagram, body) != HandshakeBody.STREAM
                || clientMssBytes < MSS_MIN_BYTES) {
            return null;
        }
        int windowPackets = HandshakeBody.windowPackets(datagram, body);
        int mssBytes = Math.min(clientMssBytes, ConnectionParameters.mssBytes(options, key.address.capacity()));
        boolean isExtended = options.extension()
                && Extension.isOffered(datagram, body - PacketHeader.LENGTH)
                && mssBytes >= ConnectionParameters.EXTENSION_MSS_MIN_BYTES;
        ConnectionParameters parameters = new ConnectionParameters(
                newSocketId(),
                key.socketId,
                key.initialSequence,
                mssBytes,
                ConnectionParameters.headersBytes(key.address.capacity()),
                Math.max(WINDOW_MIN_PACKETS, Math.min(windowPackets, WINDOW_MAX_PACKETS)),
                isExtended);
        accepted = UdtConnection.accepted(nowNs, options, parameters, memory, random);
        connections.put(key, accepted);
        return accepted;
    }

    private int newSocketId() {
        return random.nextInt(1, Integer.MAX_VALUE);
    }

    private record ClientKey(ByteBuffer address, int port, int socketId, int initialSequence) {}

    /** The last keys of connections that have closed. Only those whose cookie is still good matter, and they are new. */
    private static final class RecentKeys extends LinkedHashMap<ClientKey, Boolean> {
        private static final int KEYS_MAX = 4_096;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ClientKey, Boolean> eldest) {
            return size() > KEYS_MAX;
        }
    }
}
