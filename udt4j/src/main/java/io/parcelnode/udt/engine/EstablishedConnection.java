package io.parcelnode.udt.engine;

import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.UdtStats;
import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.DataHeader;
import io.parcelnode.udt.wire.PacketHeader;
import java.util.random.RandomGenerator;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What a connection is once both ends have agreed on its parameters: data and reports both ways, keep-alives, and the
 * signs that the peer is gone. When to end it its owner decides. Owned by one connection; not thread-safe.
 */
final class EstablishedConnection {
    /** What {@link #onDatagram} returns for what is malformed. */
    static final int MALFORMED = -1;

    private static final long KEEP_ALIVE_NS = 1_000_000_000;
    /** Two keep-alives and a margin: a peer heard this recently is reachable by small packets. */
    private static final long AUDIBLE_NS = 2_500_000_000L;

    /** A libudt client that hears data before the handshake's end never connects; it first speaks after 310 ms. */
    private static final long HOLD_FIRST_DATA_NS = 400_000_000;

    final ConnectionParameters parameters;
    final ReceiveRing receiveRing;
    final Sender sender;
    final Receiver receiver;

    private final PeerReports reports;
    private final PeerShutdown peerShutdown = new PeerShutdown();
    private final RttEstimator rtt;
    private final long peerTimeoutNs;
    private final long originNs;
    private long holdDataUntilNs;
    private long heardNs;
    private long sentNs;
    private long forgedShutdowns;

    /** @param originNs when the connection's timestamps were 0 */
    EstablishedConnection(
            long nowNs,
            UdtOptions options,
            ConnectionParameters parameters,
            SendRing sendRing,
            BufferMemory memory,
            RttEstimator rtt,
            RandomGenerator random,
            long originNs) {
        this.parameters = parameters;
        this.rtt = rtt;
        this.peerTimeoutNs = options.peerTimeout().toNanos();
        this.originNs = originNs;
        this.sentNs = nowNs;
        this.heardNs = nowNs;
        receiveRing = new ReceiveRing(ConnectionParameters.windowPackets(options), payloadMaxBytes(), memory);
        receiver = new Receiver(
                receiveRing, rtt, parameters.initialSequence(), parameters.mssBytes(), parameters.isExtended());
        sender = new Sender(sendRing, memory, rtt, parameters, options.congestion(), random);
        reports = new PeerReports(sender);
    }

    /** A server's end has to wait with its data for some clients. */
    void holdFirstData(long nowNs) {
        holdDataUntilNs = parameters.isExtended() ? 0 : nowNs + HOLD_FIRST_DATA_NS;
    }

    int payloadMaxBytes() {
        return parameters.mssBytes() - PacketHeader.OVERHEAD_BYTES;
    }

    long bufferBytes() {
        return receiveRing.heldBytes() + sender.bookBytes();
    }

    /** @return events of {@link UdtConnection}, 0 for none, or {@link #MALFORMED} */
    int onDatagram(long nowNs, DirectBuffer datagram, int offset, int length) {
        int body = offset + PacketHeader.LENGTH;
        int bodyLength = length - PacketHeader.LENGTH;
        if (PacketHeader.isControl(datagram, offset)) {
            return onControl(nowNs, datagram, offset, bodyLength);
        }
        if (bodyLength > payloadMaxBytes()) {
            return MALFORMED;
        }
        heard(nowNs);
        int sequence = DataHeader.sequence(datagram, offset);
        int timestamp = PacketHeader.timestampMicros(datagram, offset);
        boolean readable = receiver.onData(nowNs, sequence, timestamp, datagram, body, bodyLength);
        return readable ? UdtConnection.READABLE : 0;
    }

    private int onControl(long nowNs, DirectBuffer datagram, int offset, int length) {
        int body = offset + PacketHeader.LENGTH;
        switch (ControlHeader.type(datagram, offset)) {
            case ControlHeader.ACK -> {
                int ackSequence = ControlHeader.additionalInfo(datagram, offset);
                return onReport(nowNs, reports.onAck(nowNs, ackSequence, datagram, body, length));
            }
            case ControlHeader.NAK -> {
                return onReport(nowNs, reports.onNak(nowNs, datagram, body, length));
            }
            case ControlHeader.USER_DEFINED -> {
                return onReport(
                        nowNs,
                        isFeedback(datagram, offset)
                                && reports.onFeedback(nowNs, timestampMicros(nowNs), datagram, body, length));
            }
            case ControlHeader.ACK2 -> {
                heard(nowNs);
                receiver.onAck2(nowNs, ControlHeader.additionalInfo(datagram, offset));
            }
            case ControlHeader.SHUTDOWN -> peerShutdown.onShutdown(nowNs, rtt.patienceNs());
            case ControlHeader.KEEP_ALIVE -> {
                heard(nowNs);
                receiver.onKeepAlive(nowNs);
            }
            case ControlHeader.HANDSHAKE -> {} // A late answer to a request of ours that was sent twice.
            default -> heard(nowNs); // Types we do not know still show that the peer lives.
        }
        return 0;
    }

    private boolean isFeedback(DirectBuffer datagram, int offset) {
        return parameters.isExtended() && ControlHeader.extendedType(datagram, offset) == ControlHeader.FEEDBACK;
    }

    private int onReport(long nowNs, boolean isValid) {
        if (!isValid) {
            return MALFORMED;
        }
        heard(nowNs);
        return UdtConnection.WRITABLE;
    }

    private void heard(long nowNs) {
        heardNs = nowNs;
        holdDataUntilNs = 0;
    }

    private int timestampMicros(long nowNs) {
        return (int) ((nowNs - originNs) / 1_000);
    }

    /**
     * Runs every timer that is due.
     *
     * @return why the connection is over by now, null if it is not: {@link CloseReason#PEER_SHUTDOWN} has to be told to
     *     nobody
     */
    CloseReason onDeadline(long nowNs) {
        sender.onDeadline(nowNs);
        if (peerShutdown.isGraceOver(nowNs)) {
            // The peer is gone, unless it goes on talking and the Shutdown was forged.
            if (!peerShutdown.wasForged(heardNs)) {
                return CloseReason.PEER_SHUTDOWN;
            }
            forgedShutdowns++;
            peerShutdown.forget();
            return null;
        }
        if (nowNs - heardNs >= peerTimeoutNs) {
            return CloseReason.PEER_SILENT;
        }
        return sender.isBlackHole(nowNs) && nowNs - heardNs < AUDIBLE_NS ? CloseReason.PATH_MTU : null;
    }

    /** As {@link UdtConnection#pollTransmit}. */
    int poll(long nowNs, MutableDirectBuffer target, int offset) {
        int length = pollNext(nowNs, target, offset);
        if (length > 0) {
            sentNs = nowNs;
        }
        return length;
    }

    private int pollNext(long nowNs, MutableDirectBuffer target, int offset) {
        int peer = parameters.peerSocketId();
        if (reports.hasAck2()) {
            return reports.pollAck2(target, offset, peer);
        }
        int length = 0;
        if (receiver.deadlineNs() <= nowNs) {
            int datagramMaxBytes = parameters.mssBytes() - PacketHeader.IP_UDP_BYTES;
            length = receiver.poll(nowNs, target, offset, peer, datagramMaxBytes);
        }
        if (length == 0 && nowNs >= holdDataUntilNs) {
            length = sender.poll(nowNs, target, offset, timestampMicros(nowNs), peer);
        }
        if (length == 0 && nowNs - sentNs >= KEEP_ALIVE_NS) {
            sender.trim();
            receiveRing.trim();
            length = ControlHeader.writeEmpty(target, offset, ControlHeader.KEEP_ALIVE, 0, peer);
        }
        return length;
    }

    long deadlineNs() {
        if (reports.hasAck2()) {
            return 0;
        }
        long deadlineNs = Math.min(receiver.deadlineNs(), Math.max(sender.deadlineNs(), holdDataUntilNs));
        deadlineNs = Math.min(deadlineNs, sentNs + KEEP_ALIVE_NS);
        deadlineNs = Math.min(deadlineNs, heardNs + peerTimeoutNs);
        return Math.min(deadlineNs, peerShutdown.deadlineNs());
    }

    /** @param datagramsDropped those that {@link #onDatagram} called malformed, and others that did not reach it */
    UdtStats stats(long nowNs, long datagramsDropped) {
        return ConnectionStats.of(sender, receiver, reports, rtt, datagramsDropped + forgedShutdowns, nowNs - heardNs);
    }

    /** It is over: what has arrived can still be read. */
    void end() {
        receiveRing.end();
        sender.dispose();
    }
}
