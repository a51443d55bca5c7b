package io.parcelnode.sim;

import java.util.zip.CRC32C;

/**
 * A fingerprint of a whole run: every datagram that reached the end of its route, with time, last link and all bytes.
 *
 * <p>The bytes count by their CRC-32C, which is specified to the bit and which processors compute faster than they
 * simulate; the mixing is our own. So it is the same on every JDK. It guards against accidents, not against attackers.
 * Off until {@link #start}.
 */
final class TraceHash {
    private static final long PRIME_1 = 0x9E37_79B1_85EB_CA87L;
    private static final long PRIME_2 = 0xC2B2_AE3D_27D4_EB4FL;

    private final CRC32C sum = new CRC32C();
    private boolean on;
    private long hash;

    void start() {
        on = true;
    }

    boolean isOn() {
        return on;
    }

    long value() {
        return hash;
    }

    void delivered(long nowNs, int link, byte[] packet, int length) {
        sum.reset();
        sum.update(packet, 0, length);
        long mixed = mix(hash, nowNs);
        mixed = mix(mixed, (long) link << 32 | length);
        mixed = mix(mixed, sum.getValue());
        hash = mixed ^ mixed >>> 29;
    }

    private static long mix(long state, long word) {
        return Long.rotateLeft(state + word * PRIME_2, 31) * PRIME_1;
    }
}
