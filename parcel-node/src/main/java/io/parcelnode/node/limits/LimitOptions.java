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
    private static final int SESSIONS_MAX = 100_000;
    private static final int REQUESTS_MAX = 1_000_000_000;

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
            description =
                    "The same to one client, however many sessions it has: an IPv4 address or an IPv6 /64; this and"
                            + " the next two hold on all servers of a --database together (default: no limit).")
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

    @Option(
            names = "--client-sessions",
            paramLabel = "N",
            description = "Sessions at once of one client; more are told when to come back (default: half of what all"
                    + " may have).")
    private Integer clientSessions;

    @Option(
            names = "--token-sessions",
            paramLabel = "N",
            description = "Sessions at once that requests with the same token come over; on more of them requests are"
                    + " told when to come back (default: half of what all may have).")
    private Integer tokenSessions;

    @Option(
            names = "--client-requests",
            paramLabel = "N",
            defaultValue = "8192",
            description = "Open requests of one client over all of its sessions; more are told when to come back"
                    + " (default: ${DEFAULT-VALUE}).")
    private int clientRequests;

    @Option(
            names = "--deny",
            paramLabel = "NETWORK",
            split = ",",
            converter = Cidr.Flag.class,
            description = "Do not answer clients of this network, such as 203.0.113.0/24 or 2001:db8::/32; several with"
                    + " commas (default: none).")
    private List<Cidr> denied = List.of();

    @Option(
            names = "--allow",
            paramLabel = "NETWORK",
            split = ",",
            converter = Cidr.Flag.class,
            description = "Answer clients of these networks alone, but for those that --deny names (default: all).")
    private List<Cidr> allowed = List.of();

    public RateCaps caps() throws CommandException {
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

    /** @param sessions that all clients may have */
    public ClientBounds bounds(int sessions) throws CommandException {
        FlagRange.require("--client-requests", clientRequests, 1, REQUESTS_MAX);
        return new ClientBounds(
                sessions,
                orHalf("--client-sessions", clientSessions, sessions),
                orHalf("--token-sessions", tokenSessions, sessions),
                clientRequests,
                new AccessList(denied, allowed));
    }

    private static int orHalf(String flag, Integer given, int sessions) throws CommandException {
        if (given == null) {
            return Math.max(1, sessions / 2);
        }
        FlagRange.require(flag, given, 1, SESSIONS_MAX);
        return given;
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
