package io.parcelnode.udt.engine;

import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.FeedbackBody;
import io.parcelnode.udt.wire.LossListBody;
import io.parcelnode.udt.wire.PacketHeader;
import io.parcelnode.udt.wire.SequenceNumbers;
import org.agrona.MutableDirectBuffer;

/**
 * Tells a sender of our own kind what has arrived: finer than libudt's ACK every 10 ms, and so that the loss of any
 * one of these packets costs nothing. When to send again is the sender's affair alone. Owned by one connection.
 */
final class FeedbackWriter {
    static final long NEVER = Long.MAX_VALUE;

    private static final int PACKETS = 32;
    private static final long INTERVAL_NS = 2_000_000;
    private static final long GAP_MIN_NS = 250_000;

    private final int initialSequence;
    private long dueNs = NEVER;
    private long sentNs = Long.MIN_VALUE / 2;
    private int pendingPackets;
    private final Lateness lateness = new Lateness();
    private int latestTimestampMicros;
    private long latestNs;
    private long describedTo;
    private int askedRate;

    FeedbackWriter(int initialSequence) {
        this.initialSequence = initialSequence;
    }

    /** @param urgent the packet ends a burst, fills or opens a gap, or came twice */
    void onPacket(long nowNs, int timestampMicros, boolean urgent) {
        lateness.onArrival(nowNs, timestampMicros);
        latestTimestampMicros = timestampMicros;
        latestNs = nowNs;
        pendingPackets++;
        long pauseNs = urgent || pendingPackets >= PACKETS ? GAP_MIN_NS : INTERVAL_NS;
        dueNs = Math.min(dueNs, Math.max(nowNs, sentNs + pauseNs));
    }

    /** The window has opened. */
    void onWindow(long nowNs) {
        dueNs = nowNs;
    }

    /** The peer is asked to send no faster, 0 for no limit. */
    void askRate(long nowNs, long bitsPerSecond) {
        askedRate = FeedbackBody.toAskedRate(bitsPerSecond);
        dueNs = nowNs;
    }

    long deadlineNs() {
        return dueNs;
    }

    /** Writes the feedback and returns its length. */
    int write(
            long nowNs,
            MutableDirectBuffer target,
            int offset,
            int destinationSocketId,
            int datagramMaxBytes,
            Receiver receiver,
            GapList gaps) {
        dueNs = NEVER;
        sentNs = nowNs;
        pendingPackets = 0;
        ControlHeader.writeUserDefined(target, offset, ControlHeader.FEEDBACK, askedRate, destinationSocketId);
        int body = offset + PacketHeader.LENGTH;
        int at = body + FeedbackBody.FIXED_LENGTH;
        int end = offset + datagramMaxBytes - LossListBody.RANGE_BYTES;
        long next = receiver.nextPacket();
        long frontier = receiver.frontier();
        boolean wraps = describedTo <= next || describedTo >= frontier;
        long from = wraps ? next : describedTo;
        int gap = wraps ? 0 : gaps.indexAtOrAfter(from);
        while (gap < gaps.count() && at <= end) {
            long first = Math.max(from, gaps.first(gap));
            at += LossListBody.write(target, at, sequence(first), sequence(gaps.last(gap)));
            gap++;
        }
        // After the last gap comes the first again, and until then the next datagram goes on from here.
        describedTo = gap < gaps.count() ? gaps.first(gap) : 0;
        long to = gap < gaps.count() ? describedTo : frontier;
        FeedbackBody.position(target, body, sequence(next), sequence(frontier));
        FeedbackBody.part(target, body, sequence(from), sequence(to));
        int heldMicros = (int) Math.min(Integer.MAX_VALUE, (nowNs - latestNs) / 1_000);
        FeedbackBody.counts(target, body, (int) receiver.packetsReceived, (int) receiver.packetsDuplicate);
        FeedbackBody.echo(target, body, latestTimestampMicros, heldMicros);
        FeedbackBody.order(target, body, lateness.newestMicros(), lateness.maxMicros());
        FeedbackBody.limits(
                target,
                body,
                receiver.freePackets(),
                receiver.arrivalRatePacketsPerSecond(),
                receiver.capacityPacketsPerSecond());
        return at - offset;
    }

    private int sequence(long packet) {
        return SequenceNumbers.add(initialSequence, packet);
    }
}
