package io.parcelnode.udt.engine;

import io.parcelnode.udt.congestion.Daimd;
import io.parcelnode.udt.congestion.PathView;
import io.parcelnode.udt.wire.DataHeader;
import io.parcelnode.udt.wire.LossListBody;
import io.parcelnode.udt.wire.PacketHeader;
import io.parcelnode.udt.wire.SequenceNumbers;
import java.util.random.RandomGenerator;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The sending half of a connection: cuts the stream into packets, paces them, sends lost ones again.
 *
 * <p>libudt repeats a lost retransmission only when the peer has been silent, and then everything; this sender has a
 * timer of its own that probes with the first and the last packet in flight, so that the peer's answer tells what else
 * is missing. Owned by one connection; not thread-safe.
 */
final class Sender implements PathView {
    static final long NEVER = Long.MAX_VALUE;

    private static final long RETRANSMIT_MARGIN_NS = 15_000_000;
    private static final long RETRANSMIT_MAX_NS = 1_000_000_000;
    private static final int CAPACITY_MIN_PACKETS = 1_024;
    /** What a packet that ends a burst is shortened by: libudt acknowledges packets of odd length at once. */
    private static final int ODD_TAIL_BYTES = 8;
    /** Paths that carry nothing larger than this are not worth a second try. */
    private static final int BLACK_HOLE_PAYLOAD_MIN_BYTES = 576 - PacketHeader.OVERHEAD_BYTES;

    private static final int BLACK_HOLE_TIMEOUTS = 5;
    /** Longer than a path that fails in one direction usually takes to come back. */
    private static final long BLACK_HOLE_NS = 10_000_000_000L;

    private final SendRing ring;
    private final RttEstimator rtt;
    private final int initialSequence;
    private final int payloadMaxBytes;
    private final int capacityPackets;
    private final int mask;
    private final long[] starts;
    private final int[] lengths;
    private final long[] sentNs;
    private final boolean[] resent;
    private final LossBitmap lost;
    private final Pacer pacer;
    private final Daimd congestion;

    private long firstUnacked;
    private long nextPacket;
    private long nextPosition;
    private long windowEndPacket;
    private boolean secondOfPair;
    private double deliveryRate;
    private double capacity;
    private int timeouts;
    private long stuckSinceNs;
    private int largestAckedBytes;
    private long newestAckNs = Long.MAX_VALUE;

    long packetsSent;
    long packetsResent;
    long bytesSent;

    Sender(
            SendRing ring,
            RttEstimator rtt,
            int initialSequence,
            int mssBytes,
            int peerWindowPackets,
            RandomGenerator random) {
        this.ring = ring;
        this.rtt = rtt;
        this.initialSequence = initialSequence;
        payloadMaxBytes = mssBytes - PacketHeader.OVERHEAD_BYTES;
        // The peer chooses its window; what we set aside for it is bounded by our own buffer.
        int useful = Math.max(CAPACITY_MIN_PACKETS, 2 * (ring.capacityBytes() / payloadMaxBytes));
        int wanted = Math.max(64, Math.min(peerWindowPackets, useful));
        capacityPackets = Integer.highestOneBit(wanted - 1) << 1;
        mask = capacityPackets - 1;
        starts = new long[capacityPackets];
        lengths = new int[capacityPackets];
        sentNs = new long[capacityPackets];
        resent = new boolean[capacityPackets];
        lost = new LossBitmap(capacityPackets);
        windowEndPacket = peerWindowPackets;
        pacer = new Pacer(mssBytes);
        congestion = new Daimd(this, mssBytes, Math.min(peerWindowPackets, capacityPackets), random);
    }

    @Override
    public double rttMicros() {
        return rtt.rttMicros();
    }

    @Override
    public double deliveryRatePacketsPerSecond() {
        return deliveryRate;
    }

    @Override
    public double capacityPacketsPerSecond() {
        return capacity;
    }

    @Override
    public long lastSentPacket() {
        return nextPacket - 1;
    }

    int packetsInFlight() {
        return (int) (nextPacket - firstUnacked);
    }

    int congestionWindowPackets() {
        return congestion.windowPackets();
    }

    double sendPeriodNs() {
        return congestion.sendPeriodNs();
    }

    long bytesAcknowledged() {
        return firstUnacked == nextPacket ? nextPosition : starts[(int) firstUnacked & mask];
    }

    /** True when everything written has been acknowledged. */
    boolean isDrained() {
        return firstUnacked == nextPacket && nextPosition == ring.writtenBytes();
    }

    /** The packet that an ACK number on the wire means, or -1 if it was never sent. */
    long packetOfAck(int ackNumber) {
        long packet =
                firstUnacked + SequenceNumbers.distance(SequenceNumbers.add(initialSequence, firstUnacked), ackNumber);
        return packet > nextPacket ? -1 : Math.max(packet, 0);
    }

    /**
     * Every packet before {@code ackedPacket} has arrived.
     *
     * @return true if that is news
     */
    boolean onAck(long nowNs, long ackedPacket) {
        if (ackedPacket <= firstUnacked) {
            return false;
        }
        int newest = (int) (ackedPacket - 1) & mask;
        if (!resent[newest]) {
            newestAckNs = nowNs - sentNs[newest];
        }
        if (largestAckedBytes < payloadMaxBytes) {
            for (long packet = firstUnacked; packet < ackedPacket; packet++) {
                largestAckedBytes = Math.max(largestAckedBytes, lengths[(int) packet & mask]);
            }
        }
        firstUnacked = ackedPacket;
        lost.removeBefore(ackedPacket);
        ring.release(bytesAcknowledged());
        windowEndPacket = Math.max(windowEndPacket, ackedPacket);
        timeouts = 0;
        stuckSinceNs = nowNs;
        return true;
    }

    /** A full ACK says how many packets from its number on the peer has room for. */
    void onWindow(long ackedPacket, int windowPackets) {
        if (ackedPacket >= firstUnacked) {
            windowEndPacket = ackedPacket + Math.max(0, windowPackets);
        }
    }

    /** The peer's round trip time, which our own timing bounds from above. */
    void onPeerRtt(int reportedMicros) {
        if (reportedMicros > 0) {
            double boundMicros = newestAckNs == Long.MAX_VALUE ? reportedMicros : newestAckNs / 1e3;
            rtt.onReport(Math.min(reportedMicros, boundMicros));
        }
    }

    void onRates(int arrivalRatePacketsPerSecond, int capacityPacketsPerSecond) {
        deliveryRate = smooth(deliveryRate, arrivalRatePacketsPerSecond);
        capacity = smooth(capacity, capacityPacketsPerSecond);
    }

    void onAckProgress(long nowNs) {
        congestion.onAck(nowNs, firstUnacked);
    }

    /** A well-formed loss list; false if an entry names packets that were never sent, and the rest is ignored. */
    boolean onNak(long nowNs, DirectBuffer list, int offset, int length) {
        int at = 0;
        while (at < length) {
            int entry = offset + at;
            if (!onLoss(nowNs, LossListBody.first(list, entry), LossListBody.last(list, entry))) {
                return false;
            }
            at += LossListBody.isRange(list, entry) ? LossListBody.RANGE_BYTES : LossListBody.SINGLE_BYTES;
        }
        return true;
    }

    /** One entry of a NAK; false if it names packets that were never sent or is reversed. */
    private boolean onLoss(long nowNs, int firstSequence, int lastSequence) {
        int base = SequenceNumbers.add(initialSequence, firstUnacked);
        long first = firstUnacked + SequenceNumbers.distance(base, firstSequence);
        long last = firstUnacked + SequenceNumbers.distance(base, lastSequence);
        if (first > last || last >= nextPacket) {
            return false;
        }
        boolean fresh = false;
        for (long packet = Math.max(first, firstUnacked); packet <= last; packet++) {
            int slot = (int) packet & mask;
            // A repeated report must not make us send a packet twice within one round trip.
            if (!resent[slot] || nowNs - sentNs[slot] >= rtt.rttMicros() * 1_000) {
                fresh |= lost.add(packet) && !resent[slot];
            }
        }
        if (fresh) {
            congestion.onLoss(first);
        }
        return true;
    }

    /** When {@link #onDeadline} or {@link #poll} has something to do. */
    long deadlineNs() {
        long deadlineNs = retransmitNs();
        if (lost.count() > 0 || mayCutPacket()) {
            deadlineNs = Math.min(deadlineNs, secondOfPair && lost.count() == 0 ? 0 : pacer.nextSendNs());
        }
        return deadlineNs;
    }

    void onDeadline(long nowNs) {
        if (nowNs < retransmitNs()) {
            return;
        }
        timeouts++;
        lost.add(firstUnacked);
        long newest = nextPacket - 1;
        if (newest > firstUnacked && nowNs - sentNs[(int) newest & mask] >= rtt.patienceNs()) {
            // Its arrival shows the peer every gap before it, so a lost tail costs no round trip per packet.
            lost.add(newest);
        }
        if (timeouts == 2) {
            congestion.onTimeout();
        }
    }

    /** Full-size packets never got through although they were sent again and again. */
    boolean isBlackHole(long nowNs) {
        return timeouts >= BLACK_HOLE_TIMEOUTS
                && nowNs - stuckSinceNs >= BLACK_HOLE_NS
                && packetsInFlight() > 0
                && lengths[(int) firstUnacked & mask] > Math.max(BLACK_HOLE_PAYLOAD_MIN_BYTES, largestAckedBytes);
    }

    /** Writes the next data packet that may go now and returns its length, 0 for none. */
    int poll(long nowNs, MutableDirectBuffer target, int offset, int timestampMicros, int destinationSocketId) {
        long packet;
        if (lost.count() > 0) {
            if (!pacer.maySend(nowNs)) {
                return 0;
            }
            packet = lost.pollFirst();
            resent[(int) packet & mask] = true;
            packetsResent++;
        } else if ((secondOfPair || pacer.maySend(nowNs)) && mayCutPacket()) {
            packet = cutPacket(nowNs);
        } else {
            return 0;
        }
        int slot = (int) packet & mask;
        int length = lengths[slot];
        DataHeader.write(
                target,
                offset,
                SequenceNumbers.add(initialSequence, packet),
                packet,
                timestampMicros,
                destinationSocketId);
        ring.copyTo(starts[slot], target, offset + PacketHeader.LENGTH, length);
        sentNs[slot] = nowNs;
        pacer.onSent(nowNs, congestion.sendPeriodNs());
        packetsSent++;
        bytesSent += length;
        return PacketHeader.LENGTH + length;
    }

    private boolean mayCutPacket() {
        long inFlightMax = Math.min(capacityPackets, congestion.windowPackets());
        return nextPacket < Math.min(windowEndPacket, firstUnacked + inFlightMax) && nextPosition < ring.writtenBytes();
    }

    private long cutPacket(long nowNs) {
        long packet = nextPacket++;
        if (packet == firstUnacked) {
            stuckSinceNs = nowNs;
        }
        long available = ring.writtenBytes() - nextPosition;
        int length = (int) Math.min(available, payloadMaxBytes);
        if (available == payloadMaxBytes && length > ODD_TAIL_BYTES) {
            length -= ODD_TAIL_BYTES;
        }
        int slot = (int) packet & mask;
        starts[slot] = nextPosition;
        lengths[slot] = length;
        resent[slot] = false;
        nextPosition += length;
        // Packets 16n and 16n + 1 go back to back: the peer reads the path's capacity from their spacing.
        secondOfPair = (SequenceNumbers.add(initialSequence, packet) & 15) == 0;
        return packet;
    }

    private long retransmitNs() {
        if (firstUnacked == nextPacket || lost.contains(firstUnacked)) {
            return NEVER;
        }
        long patienceNs = rtt.patienceNs() + RETRANSMIT_MARGIN_NS;
        long backedOffNs = Math.min(patienceNs << Math.min(timeouts, 6), Math.max(patienceNs, RETRANSMIT_MAX_NS));
        // While ACKs move on nothing is late: in slow start the queue grows faster than any estimate of the round trip.
        return Math.max(sentNs[(int) firstUnacked & mask], stuckSinceNs) + backedOffNs;
    }

    private static double smooth(double old, int reported) {
        if (reported <= 0) {
            return old;
        }
        return old == 0 ? reported : (7 * old + reported) / 8;
    }
}
