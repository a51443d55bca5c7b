package io.parcelnode.udt.engine;

/**
 * A set of packets of the sender's window, the smallest first: its loss list, and what is missing at the peer. A bit for
 * each packet.
 *
 * <p>Owned by one connection; not thread-safe. All packets in it lie within {@code capacityPackets} of each other.
 */
final class LossBitmap {
    private final long[] words;
    private final int mask;
    private long lowest = Long.MAX_VALUE;
    private long highest = -1;
    private int count;

    /** @param capacityPackets a power of two, at least 64 */
    LossBitmap(int capacityPackets) {
        words = new long[capacityPackets / 64];
        mask = capacityPackets - 1;
    }

    /** The same packets in a set for another number of them. */
    LossBitmap resized(int capacityPackets) {
        LossBitmap other = new LossBitmap(capacityPackets);
        for (long packet = next(0); packet >= 0; packet = next(packet + 1)) {
            other.add(packet);
        }
        return other;
    }

    int count() {
        return count;
    }

    /** Adds one packet; false if it was there. */
    boolean add(long packet) {
        int bit = (int) packet & mask;
        long flag = 1L << bit;
        if ((words[bit >>> 6] & flag) != 0) {
            return false;
        }
        words[bit >>> 6] |= flag;
        count++;
        lowest = Math.min(lowest, packet);
        highest = Math.max(highest, packet);
        return true;
    }

    boolean contains(long packet) {
        int bit = (int) packet & mask;
        return count > 0 && (words[bit >>> 6] & 1L << bit) != 0;
    }

    /** Removes and returns the smallest packet; there must be one. */
    long pollFirst() {
        assert count > 0;
        long packet = lowest;
        clear(packet);
        return packet;
    }

    /** Removes one packet; false if it was not there. */
    boolean remove(long packet) {
        if (!contains(packet)) {
            return false;
        }
        clear(packet);
        return true;
    }

    /** The smallest packet that is not before {@code from}, -1 if there is none. */
    long next(long from) {
        long start = Math.max(from, lowest);
        if (count == 0 || start > highest) {
            return -1;
        }
        return firstUpTo(start, highest);
    }

    private long firstFrom(long from) {
        long packet = from;
        while (true) {
            assert packet <= highest : "packet=" + packet + " highest=" + highest;
            int bit = (int) packet & mask;
            long word = words[bit >>> 6] >>> bit;
            if (word != 0) {
                return packet + Long.numberOfTrailingZeros(word);
            }
            packet += 64 - (bit & 63);
        }
    }

    private long firstUpTo(long from, long last) {
        long packet = from;
        while (packet <= last) {
            int bit = (int) packet & mask;
            long word = words[bit >>> 6] >>> bit;
            if (word != 0) {
                long found = packet + Long.numberOfTrailingZeros(word);
                return found <= last ? found : -1;
            }
            packet += 64 - (bit & 63);
        }
        return -1;
    }

    private void clear(long packet) {
        int bit = (int) packet & mask;
        words[bit >>> 6] &= ~(1L << bit);
        count--;
        if (count == 0) {
            lowest = Long.MAX_VALUE;
            highest = -1;
        } else if (packet == lowest) {
            // Exact at all times: a search from further back would take a packet for the one a whole capacity before
            // it.
            lowest = firstFrom(packet + 1);
        }
    }
}
