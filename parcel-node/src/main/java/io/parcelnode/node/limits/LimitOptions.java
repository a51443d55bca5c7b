package io.parcelnode.node.limits;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.FlagRange;
import io.parcelnode.node.cli.Units;
import picocli.CommandLine.Option;

/** The flags of {@code serve} about what clients may take. */
public final class LimitOptions {
    private static final long MIN_BITS = 100_000;
    private static final long MAX_BITS = 100_000_000_000L;

    @Option(
            names = "--limit",
            paramLabel = "RATE",
            converter = Units.Rate.class,
            description = "Most that is sent to all clients together, headers and repeated packets included, 100Kbit to"
                    + " 100Gbit; clients share it evenly (default: no limit).")
    private Long totalBits;

    @Option(
            names = "--client-limit",
            paramLabel = "RATE",
            converter = Units.Rate.class,
            description = "The same to one client, however many sessions it has: an IPv4 address or an IPv6 /64"
                    + " (default: no limit).")
    private Long clientBits;

    /** Null when nothing is limited. */
    public RateLimits open() throws CommandException {
        check();
        return totalBits == null && clientBits == null ? null : new RateLimits(totalBits, clientBits);
    }

    public void check() throws CommandException {
        requireInRange("--limit", totalBits);
        requireInRange("--client-limit", clientBits);
    }

    private static void requireInRange(String flag, Long bits) throws CommandException {
        if (bits != null) {
            FlagRange.require(flag + ' ' + Units.rateFlag(bits), bits, MIN_BITS, MAX_BITS, "100Kbit..100Gbit");
        }
    }
}
