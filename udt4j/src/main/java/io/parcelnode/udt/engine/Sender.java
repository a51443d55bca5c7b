package io.parcelnode.udt.engine;

import io.parcelnode.udt.Congestion;
import io.parcelnode.udt.congestion.Bbr;
import io.parcelnode.udt.congestion.CongestionControl;
import io.parcelnode.udt.congestion.Daimd;
import io.parcelnode.udt.congestion.Delivery;
import io.parcelnode.udt.congestion.Fixed;
import io.parcelnode.udt.congestion.PathView;
import io.parcelnode.udt.congestion.Tcp;
import io.parcelnode.udt.wire.DataHeader;
import io.parcelnode.udt.wire.FeedbackBody;
import io.parcelnode.udt.wire.LossListBody;
import io.parcelnode.udt.wire.PacketHeader;
import io.parcelnode.udt.wire.SequenceNumbers;
import java.util.random.RandomGenerator;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The sending half of a connection: cuts the stream into packets, paces them, sends lost ones again.
 *
 * <p>What the peer does not report is found by a {@link RetransmitTimer}. Owned by one connection; not thread-safe.
 */
final class Sender implements PathView {
    private static final int CAPACITY_MIN_PACKETS = 1_024;
    /** What may wait to be sent while nothing is known of the path, and beyond what the path has shown it can use. */
    static final int RING_MIN_BYTES = 1 << 20;

    /** What a packet that ends a burst is shortened by: libudt acknowledges packets of odd length at once. */
    private static final int ODD_TAIL_BYTES = 8;

    private static final long LATENESS_MIN_NS = 1_000_000;
    private static final long LATENESS_MAX_NS = 1_000_000_000;
    /** Longest time from an arrival to the news of it: our own feedback, and libudt's ACK clock. */
    private static final long FEEDBACK_INTERVAL_NS = 3_000_000;

    private static final long ACK_INTERVAL_NS = 12_000_000;
    private static final long LATE_ECHO_NS = 1_000_000_000;
    private static final long RTT_MAX_NS = 60_000_000_000L;

    private final SendRing ring;
    private final RttEstimator rtt;
    private final int initialSequence;
    private final int payloadMaxBytes;
    private final Scoreboard board;
    private final Pacer pacer;
    private final RateCap cap;
    private final CongestionControl congestion;
    private final RetransmitTimer timer;
    private final ReportedRates rates = new ReportedRates();
    private final Repairs repairs;

    private long nextPosition;
    private long windowEndPacket;
    private boolean secondOfPair;
    private long newestSentNs;

    long packetsSent;
    long packetsResent;
    long bytesSent;

    Sender(
            SendRing ring,
            BufferMemory memory,
            RttEstimator rtt,
            ConnectionParameters parameters,
            Congestion control,
            RandomGenerator random) {
        this.ring = ring;
        this.rtt = rtt;
        this.initialSequence = parameters.initialSequence();
        payloadMaxBytes = parameters.mssBytes() - PacketHeader.OVERHEAD_BYTES;
        // The peer chooses its window; the books about it are bounded by our own buffer, and written as it is used.
        int useful = Math.max(CAPACITY_MIN_PACKETS, 2 * (ring.capacityBytes() / payloadMaxBytes));
        int wanted = Math.max(64, Math.min(parameters.peerWindowPackets(), useful));
        board = new Scoreboard(Integer.highestOneBit(wanted - 1) << 1, parameters.isExtended(), memory);
        timer = new RetransmitTimer(board, rtt);
        repairs = new Repairs(board);
        windowEndPacket = parameters.peerWindowPackets();
        pacer = new Pacer(parameters.mssBytes());
        cap = new RateCap(parameters.headersBytes());
        int windowMaxPackets = Math.min(parameters.peerWindowPackets(), board.capacityPackets());
        congestion = switch (control.algorithm()) {
            case DAIMD -> new Daimd(this, parameters.mssBytes(), windowMaxPackets, random);
            case BBR ->
                new Bbr(board::minimumRttNs, parameters.isExtended() ? FEEDBACK_INTERVAL_NS : ACK_INTERVAL_NS, random);
            case TCP -> new Tcp(this, windowMaxPackets);
            case FIXED -> new Fixed(control.bitsPerSecond(), parameters.datagramMaxBytes());
        };
        sizeRing();
    }

    @Override
    public double rttMicros() {
        return rtt.rttMicros();
    }

    @Override
    public double deliveryRatePacketsPerSecond() {
        return rates.deliveryPacketsPerSecond();
    }

    @Override
    public double capacityPacketsPerSecond() {
        return rates.capacityPacketsPerSecond();
    }

    @Override
    public long lastSentPacket() {
        return board.nextPacket() - 1;
    }

    /** Memory for the books about packets in flight. */
    long bookBytes() {
        return board.heldBytes();
    }

    /** Nothing is happening: keeps only what a quiet connection needs. */
    void trim() {
        board.trim();
        repairs.trim();
    }

    /** Nothing will be sent any more. */
    void dispose() {
        board.dispose();
    }

    RateCap cap() {
        return cap;
    }

    int packetsInFlight() {
        return board.unackedPackets();
    }

    int congestionWindowPackets() {
        return congestion.windowPackets();
    }

    double sendPeriodNs() {
        return congestion.sendPeriodNs();
    }

    long bytesAcknowledged() {
        return board.isEmpty() ? nextPosition : board.start(board.firstUnacked());
    }

    long bytesUnsent() {
        return ring.writtenBytes() - nextPosition;
    }

    /** True when everything written has been acknowledged. */
    boolean isDrained() {
        return board.isEmpty() && nextPosition == ring.writtenBytes();
    }

    /** The packet that a sequence number in an ACK means, or -1 if it was never sent. */
    long packetOfAck(int ackNumber) {
        long packet = packetOf(ackNumber);
        return packet > board.nextPacket() ? -1 : Math.max(packet, 0);
    }

    boolean isNews(long ackedPacket) {
        return ackedPacket > board.firstUnacked();
    }

    /**
     * Every packet before {@code ackedPacket} has arrived.
     *
     * @param isFull whether the peer's ACK clock sent it, or 64 packets since the last
     * @return true if that is news
     */
    boolean onAck(long nowNs, long ackedPacket, boolean isFull) {
        timer.onHeard();
        if (ackedPacket <= board.firstUnacked()) {
            return false;
        }
        board.begin();
        board.onAllBefore(nowNs, ackedPacket);
        onProgress(nowNs);
        Delivery delivery = board.end(nowNs, 0, isFull);
        pacer.onMinimumRtt(board.minimumRttNs());
        congestion.onDelivered(delivery);
        return true;
    }

    /** A full ACK says how many packets from its number on the peer has room for. */
    void onWindow(long ackedPacket, int windowPackets) {
        if (ackedPacket >= board.firstUnacked()) {
            windowEndPacket = ackedPacket + Math.max(0, windowPackets);
        }
    }

    /** The peer's round trip time, which our own timing bounds from above. */
    void onPeerRtt(int reportedMicros) {
        if (reportedMicros > 0) {
            long ownNs = board.ownRttNs();
            rtt.onReport(ownNs > 0 ? Math.min(reportedMicros, ownNs / 1e3) : reportedMicros);
        }
    }

    void onRates(int arrivalRatePacketsPerSecond, int capacityPacketsPerSecond) {
        rates.onReport(arrivalRatePacketsPerSecond, capacityPacketsPerSecond);
    }

    /** A well-formed loss list; false if an entry names packets that were never sent, and the rest is ignored. */
    boolean onNak(long nowNs, DirectBuffer list, int offset, int length) {
        timer.onHeard();
        board.begin();
        boolean valid = true;
        for (int at = 0; at < length && valid; at += entryBytes(list, offset + at)) {
            long first = packetOf(LossListBody.first(list, offset + at));
            long last = packetOf(LossListBody.last(list, offset + at));
            valid = first <= last && last < board.nextPacket();
            if (valid) {
                // What lies before this gap need not have arrived: an earlier NAK may have been lost.
                board.onMissing(Math.min(first, board.frontier()), last);
                board.onReportedLost(nowNs, first, last, (long) (rtt.rttMicros() * 1_000));
            }
        }
        reportLosses(nowNs);
        return valid;
    }

    /**
     * A well-formed feedback packet of one of our own receivers.
     *
     * @param nowMicros our timestamp clock
     * @return false if it speaks of packets that were never sent and was ignored
     */
    boolean onFeedback(long nowNs, int nowMicros, DirectBuffer body, int offset, int length) {
        long next = packetOf(FeedbackBody.next(body, offset));
        long frontier = packetOf(FeedbackBody.frontier(body, offset));
        long from = packetOf(FeedbackBody.from(body, offset));
        long to = packetOf(FeedbackBody.to(body, offset));
        if (next > from || from > to || to > frontier || frontier > board.nextPacket()) {
            return false;
        }
        if (next < board.firstUnacked()) {
            return true; // Overtaken by a later one.
        }
        timer.onHeard();
        boolean news = next > board.firstUnacked() || to > board.frontier();
        board.begin();
        board.onAllBefore(nowNs, next);
        // What lies between our frontier and a part beyond it will be described by one of the next.
        if (from <= board.frontier() && !describe(nowNs, from, to, body, offset, length)) {
            return false;
        }
        long rttNs =
                (nowMicros - FeedbackBody.echoMicros(body, offset) - FeedbackBody.heldMicros(body, offset)) * 1_000L;
        onWindow(next, FeedbackBody.windowPackets(body, offset));
        onRates(
                FeedbackBody.arrivalRatePacketsPerSecond(body, offset),
                FeedbackBody.capacityPacketsPerSecond(body, offset));
        if (news) {
            onProgress(nowNs);
        }
        board.onPeerCount(nowNs, FeedbackBody.arrivedPackets(body, offset));
        // No packet of this news has been on its way for longer, but one that came late may have been reported before.
        long boundNs = board.arrivedAgeMaxNs() + LATE_ECHO_NS;
        boolean timed = news && rttNs > 0 && rttNs < Math.min(RTT_MAX_NS, boundNs);
        if (timed) {
            rtt.onSample(rttNs / 1e3);
        }
        Delivery delivery = board.end(nowNs, timed ? rttNs : 0, true);
        pacer.onMinimumRtt(board.minimumRttNs());
        board.detectLosses(from, to, reorderedBeforeNs(nowNs, nowMicros, body, offset));
        if (delivery.packets > 0) {
            congestion.onDelivered(delivery);
        }
        reportLosses(nowNs);
        return true;
    }

    /** What was sent before this time and is missing has been overtaken by more than reordering explains. */
    private long reorderedBeforeNs(long nowNs, int nowMicros, DirectBuffer body, int offset) {
        long newestNs = nowNs - (nowMicros - FeedbackBody.newestMicros(body, offset)) * 1_000L;
        long latenessNs = Math.min(FeedbackBody.latenessMicros(body, offset) * 1_000L, LATENESS_MAX_NS);
        return newestNs - Math.max(LATENESS_MIN_NS, latenessNs + latenessNs / 4);
    }

    private boolean describe(long nowNs, long from, long to, DirectBuffer body, int offset, int length) {
        long upTo = from;
        for (int at = FeedbackBody.FIXED_LENGTH; at < length; at += entryBytes(body, offset + at)) {
            long first = packetOf(LossListBody.first(body, offset + at));
            long last = packetOf(LossListBody.last(body, offset + at));
            if (first < upTo || last < first || last >= to) {
                return false;
            }
            board.onArrived(nowNs, upTo, first);
            board.onMissing(first, last);
            upTo = last + 1;
        }
        board.onArrived(nowNs, upTo, to);
        return true;
    }

    /** When {@link #onDeadline} or {@link #poll} has something to do. */
    long deadlineNs() {
        long deadlineNs = timer.deadlineNs();
        long repairNs = repairs.nextNs();
        boolean fresh = mayCutPacket();
        if (repairNs != Repairs.NEVER || fresh) {
            boolean repairsNow = repairNs == Long.MIN_VALUE;
            long pacedNs = secondOfPair && fresh && !repairsNow ? 0 : pacer.nextSendNs();
            long readyNs = fresh ? pacedNs : Math.max(pacedNs, repairNs);
            deadlineNs = Math.min(deadlineNs, Math.max(readyNs, cap.nextSendNs()));
        }
        return deadlineNs;
    }

    void onDeadline(long nowNs) {
        if (timer.onDeadline(nowNs)) {
            congestion.onTimeout(nowNs);
        }
    }

    /** As {@link RetransmitTimer#isBlackHole}. */
    boolean isBlackHole(long nowNs) {
        return timer.isBlackHole(nowNs);
    }

    /** Writes the next data packet that may go now and returns its length, 0 for none. */
    int poll(long nowNs, MutableDirectBuffer target, int offset, int timestampMicros, int destinationSocketId) {
        if (!cap.maySend(nowNs)) {
            if (pacer.maySend(nowNs) && (board.hasLost() || mayCutPacket())) {
                // The path would take more: what it delivers now says nothing of what it could.
                board.rate().onApplicationLimited(board.inFlightPackets());
            }
            return 0;
        }
        boolean isPaced = pacer.maySend(nowNs);
        long packet = isPaced ? pollRepair(nowNs) : -1;
        if (packet < 0 && (isPaced || secondOfPair && !board.hasLost()) && mayCutPacket()) {
            packet = cutPacket(nowNs);
        }
        if (packet < 0) {
            // A full ring has nothing unsent either, but then it is the path that holds up the application.
            if (nextPosition == ring.writtenBytes() && !board.hasLost() && ring.isWorthWriting()) {
                board.rate().onApplicationLimited(board.inFlightPackets());
            }
            return 0;
        }
        int length = board.length(packet);
        DataHeader.write(
                target,
                offset,
                SequenceNumbers.add(initialSequence, packet),
                packet,
                timestampMicros,
                destinationSocketId);
        ring.copyTo(board.start(packet), target, offset + PacketHeader.LENGTH, length);
        board.onSent(nowNs, packet);
        pacer.onSent(nowNs, congestion.sendPeriodNs());
        cap.onSent(nowNs, PacketHeader.LENGTH + length);
        packetsSent++;
        bytesSent += length;
        return PacketHeader.LENGTH + length;
    }

    private long pollRepair(long nowNs) {
        if (repairs.nextNs() > nowNs) {
            return -1;
        }
        boolean nothingNew = nextPosition == ring.writtenBytes();
        long packet = repairs.poll(nowNs, newestSentNs, nothingNew, (long) (rtt.rttMicros() * 1_000));
        if (packet >= 0) {
            packetsResent++;
        }
        return packet;
    }

    private boolean mayCutPacket() {
        long next = board.nextPacket();
        return nextPosition < ring.writtenBytes()
                && next < windowEndPacket
                && board.inFlightPackets() < congestion.windowPackets()
                && board.makeRoom();
    }

    private long cutPacket(long nowNs) {
        long available = ring.writtenBytes() - nextPosition;
        int length = (int) Math.min(available, payloadMaxBytes);
        if (available == payloadMaxBytes && length > ODD_TAIL_BYTES) {
            length -= ODD_TAIL_BYTES;
        }
        if (board.isEmpty()) {
            timer.onFirstInFlight(nowNs);
        }
        long packet = board.add(nextPosition, length);
        nextPosition += length;
        newestSentNs = nowNs;
        // Packets 16n and 16n + 1 go back to back: the peer reads the path's capacity from their spacing.
        secondOfPair = (SequenceNumbers.add(initialSequence, packet) & 15) == 0;
        return packet;
    }

    private void onProgress(long nowNs) {
        ring.release(bytesAcknowledged());
        sizeRing();
        windowEndPacket = Math.max(windowEndPacket, board.firstUnacked());
        timer.onProgress(nowNs);
    }

    /** As much as rate and round trip time ask for, or as is in flight, and the same again that waits for its turn. */
    private void sizeRing() {
        double packetsPerRoundTrip = rtt.rttMicros() * 1_000 / congestion.sendPeriodNs();
        long usefulBytes = (long) Math.min(packetsPerRoundTrip, congestion.windowPackets()) * payloadMaxBytes;
        ring.limit(2 * Math.max(usefulBytes, nextPosition - bytesAcknowledged()) + RING_MIN_BYTES);
    }

    private void reportLosses(long nowNs) {
        if (board.freshLosses() > 0) {
            congestion.onLoss(nowNs, board.firstFreshLoss(), board.freshLosses());
        }
    }

    private long packetOf(int sequence) {
        long base = board.firstUnacked();
        return base + SequenceNumbers.distance(SequenceNumbers.add(initialSequence, base), sequence);
    }

    private static int entryBytes(DirectBuffer list, int offset) {
        return LossListBody.isRange(list, offset) ? LossListBody.RANGE_BYTES : LossListBody.SINGLE_BYTES;
    }
}
