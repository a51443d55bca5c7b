package io.parcelnode.udt.engine;

import io.parcelnode.udt.wire.AckBody;
import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.LossListBody;
import io.parcelnode.udt.wire.PacketHeader;
import io.parcelnode.udt.wire.SequenceNumbers;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The receiving half of a connection: puts packets in order, acknowledges them, reports gaps and says how fast they
 * come (libudt core.cpp, processData and sendCtrl). Owned by one connection; not thread-safe.
 */
final class Receiver {
    static final long NEVER = Long.MAX_VALUE;

    private static final long ACK_INTERVAL_NS = 10_000_000;
    private static final int LIGHT_ACK_PACKETS = 64;
    private static final int ACK_REPEATS_MAX = 10;
    /** libudt takes 2 as the smallest window there is. */
    private static final int WINDOW_MIN_PACKETS = 2;
    /** Below this the newest packet stays unacknowledged, so that the ACK that reopens the window is news. */
    private static final int WINDOW_LOW_PACKETS = 16;
    /** A gap is mere reordering until so many packets have passed it, or until {@link #reorderNs} is over. */
    private static final int REORDER_PACKETS = 3;

    private static final long REORDER_MIN_NS = 500_000;
    private static final long REORDER_MAX_NS = 10_000_000;
    private static final int REPORT_PAUSE_FACTOR_MAX = 4;

    private final ReceiveRing ring;
    private final RttEstimator rtt;
    private final int initialSequence;
    private final int payloadMaxBytes;
    private final int mask;
    private final long[] receivedBits;
    private final GapList gaps = new GapList();
    private final AckHistory ackHistory = new AckHistory();
    private final ArrivalRate arrivalRate = new ArrivalRate();
    private final LinkCapacity linkCapacity = new LinkCapacity();
    /** Null towards a libudt peer. */
    private final FeedbackWriter feedback;

    private long largest = -1;
    private int ackSequence;
    private long ackedPacket;
    private long confirmedPacket;
    private long fullAckNs = Long.MIN_VALUE / 2;
    private long ratesAckNs = Long.MIN_VALUE / 2;
    private long ackDueNs = NEVER;
    private int ackRepeats;
    private boolean ackForced;
    private int packetsSinceAck;
    private boolean windowLow;

    long packetsReceived;
    long packetsDuplicate;
    long packetsOutOfWindow;
    long packetsMissed;
    long bytesReceived;
    long acksSent;
    long naksSent;
    int largestPayloadBytes;

    Receiver(ReceiveRing ring, RttEstimator rtt, int initialSequence, int mssBytes, boolean isExtended) {
        this.ring = ring;
        this.rtt = rtt;
        this.initialSequence = initialSequence;
        payloadMaxBytes = mssBytes - PacketHeader.OVERHEAD_BYTES;
        mask = ring.capacityPackets() - 1;
        feedback = isExtended ? new FeedbackWriter(initialSequence) : null;
        receivedBits = new long[Math.max(1, ring.capacityPackets() / 64)];
    }

    /**
     * A data packet has come; the caller has checked that its payload is no longer than agreed.
     *
     * @return true if more can be read now
     */
    boolean onData(long nowNs, int sequence, int timestampMicros, DirectBuffer source, int offset, int length) {
        long complete = ring.completePackets();
        long packet = complete + SequenceNumbers.distance(SequenceNumbers.add(initialSequence, complete), sequence);
        if (packet < complete || packet <= largest && isReceived(packet)) {
            packetsDuplicate++;
            onUseless(nowNs, timestampMicros);
            return false;
        }
        if (packet >= ring.windowEndPackets() || !ring.store(packet, source, offset, length)) {
            packetsOutOfWindow++;
            onUseless(nowNs, timestampMicros);
            return false;
        }
        packetsReceived++;
        bytesReceived += length;
        largestPayloadBytes = Math.max(largestPayloadBytes, length);
        arrivalRate.onArrival(nowNs);
        boolean inOrder = packet == largest + 1;
        if (inOrder) {
            linkCapacity.onArrival(sequence, nowNs);
            largest = packet;
        } else {
            linkCapacity.onDisorder();
            if (packet > largest) {
                gaps.append(largest + 1, packet - 1, nowNs + reorderNs());
                packetsMissed += packet - 1 - largest;
                largest = packet;
            } else {
                gaps.remove(packet);
            }
        }
        if (feedback == null && !gaps.isEmpty()) {
            gaps.hastenFirstReportsBefore(largest - REORDER_PACKETS + 1, nowNs);
        }
        boolean more = packet == complete;
        if (more) {
            advance(packet);
        } else {
            receivedBits[((int) packet & mask) >>> 6] |= 1L << packet;
        }
        boolean odd = length != payloadMaxBytes;
        if (feedback != null) {
            feedback.onPacket(nowNs, timestampMicros, odd || !inOrder);
            return more;
        }
        packetsSinceAck++;
        ackDueNs = Math.min(ackDueNs, odd ? nowNs : Math.max(nowNs, fullAckNs + ACK_INTERVAL_NS));
        return more;
    }

    /** The peer confirms a full ACK. */
    void onAck2(long nowNs, int confirmedAckSequence) {
        if (!ackHistory.confirm(confirmedAckSequence)) {
            return;
        }
        long sampleNs = nowNs - ackHistory.confirmedSentNs();
        if (sampleNs > 0) {
            rtt.onSample(sampleNs / 1e3);
        }
        confirmedPacket = Math.max(confirmedPacket, ackHistory.confirmedPacket());
    }

    /** The application has read: if the window was small and is not any more, the peer should know. */
    void onRead(long nowNs) {
        if (windowLow && ring.offeredEndPackets() - ring.completePackets() >= ring.affordablePackets() / 4) {
            windowLow = false;
            ring.wakeAtReadPackets(Long.MAX_VALUE);
            if (feedback != null) {
                feedback.onWindow(nowNs);
                return;
            }
            ackForced = true;
            ackDueNs = nowNs;
        }
    }

    /** The peer is asked to send no faster, 0 for no limit; libudt cannot be asked. */
    void askRate(long nowNs, long bitsPerSecond) {
        if (feedback != null) {
            feedback.askRate(nowNs, bitsPerSecond);
        }
    }

    /** A sender of our kind that is stopped by a window of 0 says no more than this when the news of a larger one was lost. */
    void onKeepAlive(long nowNs) {
        if (feedback != null && largest >= 0) {
            feedback.onWindow(nowNs);
        }
    }

    long deadlineNs() {
        if (feedback != null) {
            return feedback.deadlineNs();
        }
        return packetsSinceAck >= LIGHT_ACK_PACKETS ? 0 : Math.min(ackDueNs, gaps.earliestReportNs());
    }

    /** Writes the next ACK or NAK that is due and returns its length, 0 for none. */
    int poll(long nowNs, MutableDirectBuffer target, int offset, int destinationSocketId, int mtuPayloadBytes) {
        if (feedback != null) {
            return pollFeedback(nowNs, target, offset, destinationSocketId, mtuPayloadBytes);
        }
        if (nowNs >= ackDueNs) {
            int length = pollFullAck(nowNs, target, offset, destinationSocketId);
            if (length > 0) {
                return length;
            }
        }
        if (packetsSinceAck >= LIGHT_ACK_PACKETS) {
            packetsSinceAck = 0;
            ControlHeader.write(target, offset, ControlHeader.ACK, 0, destinationSocketId);
            AckBody.light(target, offset + PacketHeader.LENGTH, sequence(ackNumber()));
            acksSent++;
            return PacketHeader.LENGTH + AckBody.LIGHT_LENGTH;
        }
        return nowNs >= gaps.earliestReportNs()
                ? pollNak(nowNs, target, offset, destinationSocketId, mtuPayloadBytes)
                : 0;
    }

    /** One past the newest packet that has arrived. */
    long frontier() {
        return largest + 1;
    }

    /** The first packet that is missing. */
    long nextPacket() {
        return ring.completePackets();
    }

    /** Room from {@link #nextPacket} on; the reader is asked to say when a small one has grown. */
    int freePackets() {
        long free = Math.max(0, ring.offeredEndPackets() - ring.completePackets());
        watchWindow(free);
        return (int) Math.min(free, ring.capacityPackets());
    }

    int arrivalRatePacketsPerSecond() {
        return toWire(arrivalRate.packetsPerSecond());
    }

    int capacityPacketsPerSecond() {
        return toWire(linkCapacity.packetsPerSecond());
    }

    private int pollFeedback(
            long nowNs, MutableDirectBuffer target, int offset, int destinationSocketId, int datagramMaxBytes) {
        if (nowNs < feedback.deadlineNs()) {
            return 0;
        }
        acksSent++;
        return feedback.write(nowNs, target, offset, destinationSocketId, datagramMaxBytes, this, gaps);
    }

    private int pollFullAck(long nowNs, MutableDirectBuffer target, int offset, int destinationSocketId) {
        ackDueNs = NEVER;
        packetsSinceAck = 0;
        long number = ackNumber();
        if (number > ackedPacket) {
            ackRepeats = 0;
        } else if (!ackForced) {
            if (number <= confirmedPacket || ackRepeats >= ACK_REPEATS_MAX) {
                return 0;
            }
            long repeatNs = fullAckNs + rtt.patienceNs() * (ackRepeats + 1);
            if (nowNs < repeatNs) {
                ackDueNs = repeatNs;
                return 0;
            }
            ackRepeats++;
        }
        ackForced = false;
        ackedPacket = number;
        fullAckNs = nowNs;
        ackSequence = SequenceNumbers.add(ackSequence, 1);
        ackHistory.store(ackSequence, number, nowNs);
        ControlHeader.write(target, offset, ControlHeader.ACK, ackSequence, destinationSocketId);
        int body = offset + PacketHeader.LENGTH;
        AckBody.full(
                target,
                body,
                sequence(number),
                (int) rtt.rttMicros(),
                (int) rtt.varianceMicros(),
                advertisedWindow(number));
        acksSent++;
        // Sent again until confirmed; new data brings this forward.
        ackDueNs = nowNs + Math.max(ACK_INTERVAL_NS, rtt.patienceNs());
        double rate = arrivalRate.packetsPerSecond();
        double capacity = linkCapacity.packetsPerSecond();
        if (nowNs - ratesAckNs < ACK_INTERVAL_NS || rate == 0) {
            return PacketHeader.LENGTH + AckBody.FULL_LENGTH;
        }
        ratesAckNs = nowNs;
        AckBody.rates(target, body, toWire(rate), toWire(capacity));
        return PacketHeader.LENGTH + AckBody.FULL_LENGTH_WITH_RATES;
    }

    private int pollNak(long nowNs, MutableDirectBuffer target, int offset, int destinationSocketId, int bytesMax) {
        int body = offset + PacketHeader.LENGTH;
        int end = offset + bytesMax - 8;
        int at = body;
        for (int i = 0; i < gaps.count() && at <= end; i++) {
            if (nowNs >= gaps.reportNs(i)) {
                at += LossListBody.write(target, at, sequence(gaps.first(i)), sequence(gaps.last(i)));
                int pauseFactor = Math.min(gaps.reports(i) + 1, REPORT_PAUSE_FACTOR_MAX);
                gaps.reported(i, nowNs + (rtt.patienceNs() + ACK_INTERVAL_NS) * pauseFactor);
            }
        }
        gaps.refreshEarliest();
        if (at == body) {
            return 0;
        }
        ControlHeader.write(target, offset, ControlHeader.NAK, 0, destinationSocketId);
        naksSent++;
        return at - offset;
    }

    private int advertisedWindow(long number) {
        long free = ring.offeredEndPackets() - number;
        watchWindow(free);
        return (int) Math.max(WINDOW_MIN_PACKETS, Math.min(free, ring.capacityPackets()));
    }

    private void watchWindow(long free) {
        int quarter = ring.affordablePackets() / 4;
        windowLow = free < quarter;
        ring.wakeAtReadPackets(windowLow ? ring.readPackets() + quarter : Long.MAX_VALUE);
    }

    /**
     * Everything before this has arrived. With a nearly full buffer the newest packet is kept back: a libudt sender
     * that has stopped is woken only by an ACK that moves on (libudt core.cpp, processCtrl case 2).
     */
    private long ackNumber() {
        long complete = ring.completePackets();
        boolean low = ring.offeredEndPackets() - complete < WINDOW_LOW_PACKETS;
        return low && complete > ackedPacket ? complete - 1 : Math.max(complete, ackedPacket);
    }

    private void advance(long packet) {
        long next = packet + 1;
        while (next <= largest && isReceived(next)) {
            receivedBits[((int) next & mask) >>> 6] &= ~(1L << next);
            next++;
        }
        ring.complete(next);
    }

    private boolean isReceived(long packet) {
        return (receivedBits[((int) packet & mask) >>> 6] & 1L << packet) != 0;
    }

    /** The peer sends what we have or cannot take: it does not know how far we are. */
    private void onUseless(long nowNs, int timestampMicros) {
        if (feedback != null) {
            feedback.onPacket(nowNs, timestampMicros, true);
            return;
        }
        ackForced = true;
        ackDueNs = Math.min(ackDueNs, Math.max(nowNs, fullAckNs + ACK_INTERVAL_NS));
    }

    private long reorderNs() {
        return (long) Math.max(REORDER_MIN_NS, Math.min(REORDER_MAX_NS, rtt.rttMicros() * 1_000 / 8));
    }

    private int sequence(long packet) {
        return SequenceNumbers.add(initialSequence, packet);
    }

    private static int toWire(double packetsPerSecond) {
        return (int) Math.min(packetsPerSecond, Integer.MAX_VALUE);
    }
}
