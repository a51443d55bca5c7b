package io.parcelnode.udt;

import java.util.Objects;

/**
 * A congestion control that a connection may use; each end chooses for what it sends.
 *
 * @param algorithm which one
 * @param bitsPerSecond the rate of {@link Algorithm#FIXED}, 10 kbit/s to 100 Gbit/s; 0 for the others
 */
public record Congestion(Algorithm algorithm, long bitsPerSecond) {
    public static final long RATE_MIN_BITS = 10_000;
    public static final long RATE_MAX_BITS = 100_000_000_000L;

    /** UDT's own rules: probe for the capacity, give way by a ninth at each loss. */
    public static final Congestion DAIMD = new Congestion(Algorithm.DAIMD, 0);
    /** A model of the path, its delivery rate and its least round trip time; bears random loss. */
    public static final Congestion BBR = new Congestion(Algorithm.BBR, 0);
    /** A window as TCP Reno has it: doubled until the first loss, then one more a round trip and halved at each loss. */
    public static final Congestion TCP = new Congestion(Algorithm.TCP, 0);

    /** The rules, without what they are told. */
    public enum Algorithm {
        DAIMD,
        BBR,
        TCP,
        /** The given rate, whatever the path does. */
        FIXED
    }

    public Congestion {
        Objects.requireNonNull(algorithm, "algorithm");
        boolean isFixed = algorithm == Algorithm.FIXED;
        if (isFixed && (bitsPerSecond < RATE_MIN_BITS || bitsPerSecond > RATE_MAX_BITS)) {
            throw new IllegalArgumentException(
                    "bitsPerSecond=" + bitsPerSecond + " is outside " + RATE_MIN_BITS + ".." + RATE_MAX_BITS);
        }
        if (!isFixed && bitsPerSecond != 0) {
            throw new IllegalArgumentException(algorithm + " takes no rate, and was given " + bitsPerSecond + " bit/s");
        }
    }

    /** That rate, IP and UDP headers included, for a path that is ours alone. */
    public static Congestion fixed(long bitsPerSecond) {
        return new Congestion(Algorithm.FIXED, bitsPerSecond);
    }
}
