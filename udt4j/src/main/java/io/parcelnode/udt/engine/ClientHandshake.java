package io.parcelnode.udt.engine;

import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.Extension;
import io.parcelnode.udt.wire.HandshakeBody;
import io.parcelnode.udt.wire.PacketHeader;
import java.util.random.RandomGenerator;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The client's side of the handshake: request, challenge, request with cookie, response (libudt core.cpp,
 * CUDT::connect). Owned by one connection; not thread-safe.
 *
 * <p>libudt listeners forget their cookies at each full minute, so silence after a cookie makes us ask for a fresh one.
 */
final class ClientHandshake {
    private static final long REPEAT_NS = 250_000_000;
    private static final int TRIES_WITH_ONE_COOKIE = 3;

    private final int socketId;
    private final int initialSequence;
    private final int mssBytes;
    private final int windowPackets;
    private final byte[] peerAddress;
    private final long giveUpNs;
    private final boolean offersExtension;

    private int requestType = HandshakeBody.REQUEST;
    private int cookie;
    private int tries;
    private long sendNs;
    private long firstSentNs = -1;
    private double rttMicros;
    private ConnectionParameters result;
    private CloseReason failure;

    ClientHandshake(long nowNs, UdtOptions options, int socketId, byte[] peerAddress, RandomGenerator random) {
        this.socketId = socketId;
        this.peerAddress = peerAddress;
        // 0 and the largest number are legal, but libudt computes the number before 0 without wrapping.
        initialSequence = random.nextInt(1, Integer.MAX_VALUE);
        mssBytes = ConnectionParameters.mssBytes(options, peerAddress.length);
        windowPackets = ConnectionParameters.windowPackets(options);
        offersExtension = options.extension();
        sendNs = nowNs;
        giveUpNs = nowNs + options.connectTimeout().toNanos();
    }

    /** What was agreed, or null while that is open. */
    ConnectionParameters result() {
        return result;
    }

    /** Why it failed, or null. */
    CloseReason failure() {
        return failure;
    }

    /** Time from the first request to its challenge, 0 when it cannot be told. */
    double rttMicros() {
        return rttMicros;
    }

    long deadlineNs() {
        return Math.min(sendNs, giveUpNs);
    }

    void onDeadline(long nowNs) {
        if (nowNs >= giveUpNs && failure == null) {
            failure = CloseReason.CONNECT_TIMEOUT;
        }
    }

    /** A datagram from the peer's address; anything but an answer to our request is ignored. */
    void onDatagram(long nowNs, DirectBuffer datagram, int offset, int length) {
        if (length != PacketHeader.LENGTH + HandshakeBody.LENGTH
                || !PacketHeader.isControl(datagram, offset)
                || ControlHeader.type(datagram, offset) != ControlHeader.HANDSHAKE) {
            return;
        }
        int body = offset + PacketHeader.LENGTH;
        if (HandshakeBody.initialSequence(datagram, body) != initialSequence) {
            // Every answer repeats it, so this one is damaged, forged or meant for somebody else.
            return;
        }
        int type = HandshakeBody.requestType(datagram, body);
        if (type == HandshakeBody.REQUEST) {
            onChallenge(nowNs, HandshakeBody.cookie(datagram, body));
        } else if (type == HandshakeBody.REFUSED) {
            failure = CloseReason.REFUSED;
        } else if (type == HandshakeBody.RESPONSE) {
            onResponse(datagram, body);
        }
    }

    /** Writes the request that is due and returns its length, 0 for none. */
    int poll(long nowNs, MutableDirectBuffer target, int offset) {
        if (nowNs < sendNs) {
            return 0;
        }
        if (requestType == HandshakeBody.RESPONSE && tries >= TRIES_WITH_ONE_COOKIE) {
            requestType = HandshakeBody.REQUEST;
            cookie = 0;
            tries = 0;
        }
        if (tries++ == 0 && requestType == HandshakeBody.REQUEST && firstSentNs < 0) {
            firstSentNs = nowNs;
        } else if (requestType == HandshakeBody.REQUEST) {
            // Which of the requests a challenge answers cannot be told any more.
            firstSentNs = Long.MAX_VALUE;
        }
        sendNs = nowNs + REPEAT_NS;
        ControlHeader.write(target, offset, ControlHeader.HANDSHAKE, 0, 0);
        if (offersExtension) {
            Extension.offer(target, offset);
        }
        int body = offset + PacketHeader.LENGTH;
        HandshakeBody.version(target, body, HandshakeBody.VERSION);
        HandshakeBody.socketType(target, body, HandshakeBody.STREAM);
        HandshakeBody.initialSequence(target, body, initialSequence);
        HandshakeBody.mssBytes(target, body, mssBytes);
        HandshakeBody.windowPackets(target, body, windowPackets);
        HandshakeBody.requestType(target, body, requestType);
        HandshakeBody.socketId(target, body, socketId);
        HandshakeBody.cookie(target, body, cookie);
        HandshakeBody.address(target, body, peerAddress);
        return PacketHeader.LENGTH + HandshakeBody.LENGTH;
    }

    private void onChallenge(long nowNs, int newCookie) {
        if (requestType == HandshakeBody.RESPONSE && newCookie == cookie) {
            return;
        }
        if (rttMicros == 0 && firstSentNs != Long.MAX_VALUE) {
            rttMicros = (nowNs - firstSentNs) / 1e3;
        }
        cookie = newCookie;
        requestType = HandshakeBody.RESPONSE;
        tries = 0;
        sendNs = nowNs;
    }

    private void onResponse(DirectBuffer datagram, int body) {
        int peerMssBytes = HandshakeBody.mssBytes(datagram, body);
        int peerWindow = HandshakeBody.windowPackets(datagram, body);
        int peerSocketId = HandshakeBody.socketId(datagram, body);
        boolean fits = HandshakeBody.version(datagram, body) == HandshakeBody.VERSION
                && HandshakeBody.socketType(datagram, body) == HandshakeBody.STREAM
                && HandshakeBody.initialSequence(datagram, body) == initialSequence
                && peerMssBytes > PacketHeader.OVERHEAD_BYTES
                && peerMssBytes <= mssBytes
                && peerWindow >= 2
                && peerSocketId > 0;
        if (fits) {
            result = new ConnectionParameters(
                    socketId,
                    peerSocketId,
                    initialSequence,
                    peerMssBytes,
                    ConnectionParameters.headersBytes(peerAddress.length),
                    Math.min(peerWindow, 1 << 20),
                    offersExtension && Extension.isAccepted(datagram, body - PacketHeader.LENGTH));
        } else {
            failure = CloseReason.PROTOCOL_MISMATCH;
        }
    }
}
