package io.parcelnode.udt.engine;

/**
 * The full ACKs sent last, so that an ACK2 yields a round trip time (libudt window.cpp, CACKWindow).
 *
 * <p>Owned by one connection; not thread-safe.
 */
final class AckHistory {
    private static final int CAPACITY = 1_024;

    private final int[] ackSequences = new int[CAPACITY];
    private final long[] ackedPackets = new long[CAPACITY];
    private final long[] sentNs = new long[CAPACITY];
    private int next;
    private int count;
    private int found;

    void store(int ackSequence, long ackedPacket, long nowNs) {
        ackSequences[next] = ackSequence;
        ackedPackets[next] = ackedPacket;
        sentNs[next] = nowNs;
        next = (next + 1) % CAPACITY;
        count = Math.min(count + 1, CAPACITY);
    }

    /** Finds the ACK that {@code ackSequence} confirms and forgets it and all older ones; false if it is unknown. */
    boolean confirm(int ackSequence) {
        for (int age = 1; age <= count; age++) {
            int index = Math.floorMod(next - age, CAPACITY);
            if (ackSequences[index] == ackSequence) {
                found = index;
                count = age - 1;
                return true;
            }
        }
        return false;
    }

    long confirmedPacket() {
        return ackedPackets[found];
    }

    long confirmedSentNs() {
        return sentNs[found];
    }
}
