package io.parcelnode.node.path;

/**
 * When the next bytes of one direction may pass: a bucket that holds a few milliseconds of the rate. Used by one thread
 * but for the rate, which any may change; time is handed in.
 */
final class Pacer {
    /** What Ethernet, IP and TCP add to a full segment: a limit means what passes the wire. */
    private static final double HEADERS = 1_500.0 / 1_448;

    /** A thread that was held up catches up by so much, no more. */
    private static final long BEHIND_MAX_NS = 20_000_000;
    /** At a low rate pieces are small, so that bytes keep coming. */
    private static final long SLICE_NS = 50_000_000;

    private static final int SLICE_MIN_BYTES = 1 << 10;
    private static final int SLICE_MAX_BYTES = 1 << 16;

    private volatile long bitsPerSecond;
    private long nextNs;
    private boolean paced;

    /** @param bits 0 for no limit */
    void limit(long bits) {
        bitsPerSecond = bits;
    }

    /** How many bytes to move at once. */
    int sliceBytes() {
        long bits = bitsPerSecond;
        if (bits == 0) {
            return SLICE_MAX_BYTES;
        }
        return (int) Math.max(SLICE_MIN_BYTES, Math.min(SLICE_MAX_BYTES, bits / 8 * SLICE_NS / 1_000_000_000));
    }

    /** How long to wait before the next piece. */
    long waitNs(long nowNs) {
        return bitsPerSecond == 0 || !paced ? 0 : Math.max(0, nextNs - nowNs);
    }

    /** So many bytes have passed. */
    void onPassed(long nowNs, int bytes) {
        long bits = bitsPerSecond;
        if (bits == 0) {
            paced = false;
            return;
        }
        long fromNs = paced ? Math.max(nextNs, nowNs - BEHIND_MAX_NS) : nowNs;
        paced = true;
        nextNs = fromNs + (long) (bytes * 8 * HEADERS * 1e9 / bits);
    }
}
