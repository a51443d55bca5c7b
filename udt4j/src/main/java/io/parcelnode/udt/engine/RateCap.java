package io.parcelnode.udt.engine;

import io.parcelnode.udt.Congestion;

/**
 * A bound on the rate of everything that carries data, IP and UDP headers included: new packets and repeated ones,
 * whatever congestion control and peer would have. The lower of two limits holds, ours and the one that the peer asks
 * for. At most 1 ms and 64 KiB may leave ahead of it, so that a late driver need not lose time. Owned by one connection.
 */
final class RateCap {
    private static final long BURST_NS = 1_000_000;
    private static final int BURST_BYTES = 1 << 16;

    private final int headersBytes;
    private long ownBitsPerSecond;
    private long askedBitsPerSecond;
    /** 0 without any limit. */
    private double nsPerByte;

    private long nextSendNs;

    /** @param headersBytes what IP and UDP add to a datagram */
    RateCap(int headersBytes) {
        this.headersBytes = headersBytes;
    }

    /** @throws IllegalArgumentException for what is neither a rate nor 0 */
    static void requireLimit(long bitsPerSecond) {
        if (bitsPerSecond != 0
                && (bitsPerSecond < Congestion.RATE_MIN_BITS || bitsPerSecond > Congestion.RATE_MAX_BITS)) {
            throw new IllegalArgumentException("bitsPerSecond=" + bitsPerSecond + " is neither 0 nor in "
                    + Congestion.RATE_MIN_BITS + ".." + Congestion.RATE_MAX_BITS);
        }
    }

    /** Our own limit from now on, 0 for none. */
    void limit(long nowNs, long bitsPerSecond) {
        ownBitsPerSecond = bitsPerSecond;
        apply(nowNs);
    }

    /** What the peer asks for, 0 for no limit. It can only slow itself down. */
    void ask(long nowNs, long bitsPerSecond) {
        askedBitsPerSecond = bitsPerSecond;
        apply(nowNs);
    }

    boolean maySend(long nowNs) {
        return nsPerByte == 0 || nowNs >= nextSendNs;
    }

    /** When {@link #maySend} will hold; 0 for always. */
    long nextSendNs() {
        return nsPerByte == 0 ? 0 : nextSendNs;
    }

    void onSent(long nowNs, int udpPayloadBytes) {
        if (nsPerByte > 0) {
            long burstNs = (long) Math.min(BURST_NS, BURST_BYTES * nsPerByte);
            // Rounded up: the sum of all gaps must not fall short.
            long gapNs = (long) Math.ceil((udpPayloadBytes + headersBytes) * nsPerByte);
            nextSendNs = Math.max(nextSendNs, nowNs - burstNs) + gapNs;
        }
    }

    private void apply(long nowNs) {
        long bitsPerSecond = askedBitsPerSecond == 0
                ? ownBitsPerSecond
                : ownBitsPerSecond == 0 ? askedBitsPerSecond : Math.min(ownBitsPerSecond, askedBitsPerSecond);
        double changed = bitsPerSecond == 0 ? 0 : 8e9 / bitsPerSecond;
        if (changed == nsPerByte) {
            return;
        }
        // What is owed, or saved up, is owed in bytes: changing the limit to and fro gains nothing.
        double owedNs = nsPerByte == 0 ? 0 : (nextSendNs - nowNs) * (changed / nsPerByte);
        nextSendNs = nowNs + (long) Math.ceil(owedNs);
        nsPerByte = changed;
    }
}
