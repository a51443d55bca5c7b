package io.parcelnode.node.limits;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.FlagRange;
import io.parcelnode.node.cli.Units;
import java.util.List;
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

    @Option(
            names = "--token-limit",
            paramLabel = "RATE",
            converter = Units.Rate.class,
            description = "The same to all sessions that bring the same token, from however many addresses"
                    + " (default: no limit).")
    private Long tokenBits;

    @Option(
            names = "--network-limit",
            paramLabel = "NETWORK=RATE",
            split = ",",
            converter = NetworkCap.Flag.class,
            description = "The same to all clients of a network, such as 10.0.0.0/8=200Mbit or 2001:db8::/32=1Gbit;"
                    + " several with commas (default: none).")
    private List<NetworkCap> networks = List.of();

    /** Those whose work it is to keep to the limits. */
    public RateLimits open() throws CommandException {
        return new RateLimits(caps());
    }

    RateCaps caps() throws CommandException {
        requireInRange("--limit", totalBits);
        requireInRange("--client-limit", clientBits);
        requireInRange("--token-limit", tokenBits);
        for (NetworkCap cap : networks) {
            requireInRange("--network-limit " + cap.network(), cap.bits());
        }
        long different = networks.stream().map(NetworkCap::network).distinct().count();
        if (different < networks.size()) {
            throw new CommandException(ExitCode.USAGE, "--network-limit names a network twice; give it one rate");
        }
        return new RateCaps(orUnlimited(totalBits), orUnlimited(clientBits), orUnlimited(tokenBits), networks);
    }

    public void check() throws CommandException {
        caps();
    }

    private static long orUnlimited(Long bits) {
        return bits == null ? RateCaps.UNLIMITED : bits;
    }

    private static void requireInRange(String flag, Long bits) throws CommandException {
        if (bits != null) {
            FlagRange.require(flag + ' ' + Units.rateFlag(bits), bits, MIN_BITS, MAX_BITS, "100Kbit..100Gbit");
        }
    }
}
