package io.parcelnode.sim;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * A fingerprint of a whole run: every datagram that reached the end of its route, with time, last link and all bytes.
 *
 * <p>The mixing is our own, in the manner of xxHash64 with four lanes, so that it is the same on every JDK and keeps up
 * with the simulation. It guards against accidents, not against attackers. Off until {@link #start}.
 */
final class TraceHash {
    private static final long PRIME_1 = 0x9E37_79B1_85EB_CA87L;
    private static final long PRIME_2 = 0xC2B2_AE3D_27D4_EB4FL;
    private static final int STRIPE_BYTES = 32;

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

    void delivered(long nowNs, int link, DirectBuffer packet, int length) {
        long a = hash ^ nowNs;
        long b = hash + PRIME_1;
        long c = hash + PRIME_2;
        long d = hash ^ ((long) link << 32 | length);
        int at = 0;
        for (; at <= length - STRIPE_BYTES; at += STRIPE_BYTES) {
            a = mix(a, packet.getLong(at, ByteOrder.LITTLE_ENDIAN));
            b = mix(b, packet.getLong(at + 8, ByteOrder.LITTLE_ENDIAN));
            c = mix(c, packet.getLong(at + 16, ByteOrder.LITTLE_ENDIAN));
            d = mix(d, packet.getLong(at + 24, ByteOrder.LITTLE_ENDIAN));
        }
        for (; at < length; at++) {
            d = mix(d, packet.getByte(at));
        }
        hash = finish(mix(mix(mix(a, b), c), d));
    }

    private static long mix(long lane, long word) {
        return Long.rotateLeft(lane + word * PRIME_2, 31) * PRIME_1;
    }

    private static long finish(long value) {
        long folded = (value ^ value >>> 33) * PRIME_2;
        return folded ^ folded >>> 29;
    }
}
