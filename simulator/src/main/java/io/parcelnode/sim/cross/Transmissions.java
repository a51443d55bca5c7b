package io.parcelnode.sim.cross;

import java.util.Arrays;

/**
 * What a sender has sent and not yet heard of, in the order of sending: a ring that grows with the window.
 *
 * <p>A transmission counts as lost when three later ones have arrived. Order of sending, not of numbers, decides: a
 * retransmission that is lost is found out like anything else.
 */
final class Transmissions {
    private static final int REORDER_PACKETS = 3;
    private static final long SETTLED = -1;

    private long[] packets = new long[1_024];
    private long[] sentNs = new long[1_024];
    private long oldest;
    private long next;
    private long newestArrived = -1;
    private int inFlight;

    int inFlight() {
        return inFlight;
    }

    /** Number of the next one. */
    long next() {
        return next;
    }

    long newestArrived() {
        return newestArrived;
    }

    void add(long packet, long nowNs) {
        if (next - oldest == packets.length) {
            grow();
        }
        packets[slot(next)] = packet;
        sentNs[slot(next)] = nowNs;
        next++;
        inFlight++;
    }

    /** When the transmission was sent, -1 if it has been settled. */
    long sentNs(long transmission) {
        boolean open = transmission >= oldest && transmission < next && packets[slot(transmission)] != SETTLED;
        return open ? sentNs[slot(transmission)] : -1;
    }

    void arrived(long transmission) {
        packets[slot(transmission)] = SETTLED;
        inFlight--;
        newestArrived = Math.max(newestArrived, transmission);
    }

    /** Number of the oldest transmission that has become a loss, -1 for none; {@link #takeLost} is next. */
    long nextLost() {
        skipSettled();
        return oldest < next && oldest + REORDER_PACKETS <= newestArrived ? oldest : -1;
    }

    /** The oldest one, lost or not, is given up; returns its packet, -1 when there is none. */
    long takeLost() {
        skipSettled();
        if (oldest == next) {
            return -1;
        }
        long packet = packets[slot(oldest)];
        oldest++;
        inFlight--;
        return packet;
    }

    private void skipSettled() {
        while (oldest < next && packets[slot(oldest)] == SETTLED) {
            oldest++;
        }
    }

    private int slot(long transmission) {
        return (int) transmission & packets.length - 1;
    }

    private void grow() {
        int old = packets.length;
        long[] oldPackets = packets;
        long[] oldSentNs = sentNs;
        packets = Arrays.copyOf(packets, 2 * old);
        sentNs = Arrays.copyOf(sentNs, 2 * old);
        for (long transmission = oldest; transmission < next; transmission++) {
            int from = (int) transmission & old - 1;
            packets[slot(transmission)] = oldPackets[from];
            sentNs[slot(transmission)] = oldSentNs[from];
        }
    }
}
