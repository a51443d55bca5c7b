package io.parcelnode.udt.engine;

/**
 * What is kept about each packet of the sender's window, one record for each: they are written when it is sent and read
 * when it has arrived, far apart in time and all at once, so each record lies in one place. Owned by one connection.
 */
final class SentPackets {
    /** What one record takes. */
    static final int RECORD_BYTES = 48;

    private static final int WORDS = RECORD_BYTES / Long.BYTES;
    private static final int START = 0;
    private static final int SENT_NS = 1;
    private static final int TOTAL = 2;
    private static final int TOTAL_NS = 3;
    private static final int FIRST_SENT_NS = 4;
    /** Length in bytes, shifted by {@link #LENGTH_SHIFT}; above the sends a bit; how often it was sent in the low byte. */
    private static final int REST = 5;

    private static final int SENDS_MAX = 127;
    private static final long SENDS_MASK = 0xFF;
    private static final long LIMITED = 1L << 8;
    private static final int LENGTH_SHIFT = 32;

    private int mask;
    private long[] words;

    /** @param capacityPackets a power of two: most packets that may be in the window */
    SentPackets(int capacityPackets) {
        mask = capacityPackets - 1;
        words = new long[capacityPackets * WORDS];
    }

    int capacityPackets() {
        return mask + 1;
    }

    /** Keeps the records of packets from {@code first} to before {@code end}, which must fit. */
    void resize(int capacityPackets, long first, long end) {
        long[] resized = new long[capacityPackets * WORDS];
        for (long packet = first; packet < end; packet++) {
            int to = ((int) packet & capacityPackets - 1) * WORDS;
            System.arraycopy(words, at(packet), resized, to, WORDS);
        }
        words = resized;
        mask = capacityPackets - 1;
    }

    /** A packet that was never sent. */
    void add(long packet, long start, int length) {
        int at = at(packet);
        words[at + START] = start;
        words[at + REST] = (long) length << LENGTH_SHIFT;
    }

    /** It is sent now, once more. */
    void onSent(long packet, long nowNs) {
        int at = at(packet);
        words[at + SENT_NS] = nowNs;
        if ((words[at + REST] & SENDS_MASK) < SENDS_MAX) {
            words[at + REST]++;
        }
    }

    /** What {@link DeliveryRate} wants to find again when the packet has arrived. */
    void onSent(long packet, long total, long totalNs, long firstSentNs, boolean isApplicationLimited) {
        int at = at(packet);
        words[at + TOTAL] = total;
        words[at + TOTAL_NS] = totalNs;
        words[at + FIRST_SENT_NS] = firstSentNs;
        words[at + REST] = words[at + REST] & ~LIMITED | (isApplicationLimited ? LIMITED : 0);
    }

    /** Position of its first byte in the stream. */
    long start(long packet) {
        return words[at(packet) + START];
    }

    /** Bytes of payload. */
    int length(long packet) {
        return (int) (words[at(packet) + REST] >>> LENGTH_SHIFT);
    }

    /** When it was last sent. */
    long sentNs(long packet) {
        return words[at(packet) + SENT_NS];
    }

    /** How often it was sent, up to 127. */
    int sends(long packet) {
        return (int) (words[at(packet) + REST] & SENDS_MASK);
    }

    /** Packets that had arrived in all when it was last sent. */
    long totalWhenSent(long packet) {
        return words[at(packet) + TOTAL];
    }

    /** When that total had changed last. */
    long totalNsWhenSent(long packet) {
        return words[at(packet) + TOTAL_NS];
    }

    /** When the first packet of its sample was sent. */
    long firstSentNsWhenSent(long packet) {
        return words[at(packet) + FIRST_SENT_NS];
    }

    /** Whether the application had less to send than the path would have taken. */
    boolean wasApplicationLimited(long packet) {
        return (words[at(packet) + REST] & LIMITED) != 0;
    }

    private int at(long packet) {
        return ((int) packet & mask) * WORDS;
    }
}
