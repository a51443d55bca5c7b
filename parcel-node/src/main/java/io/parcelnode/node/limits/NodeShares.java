package io.parcelnode.node.limits;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * What this server may give of caps that hold on several servers together. Each tells the others what its clients want,
 * and all divide each cap alike (max-min fairness), so that what they give is within the cap as soon as they know of each
 * other. A server that has not heard of the others for a while gives an even part: what the others give is within
 * theirs, whatever clients do.
 *
 * <p>Thread-safe.
 */
public final class NodeShares {
    /** What others have said holds so long. Then they take what we have said for void, and we what they have. */
    static final Duration TRUST = Duration.ofSeconds(5);
    /** Who wants less of its cap than one in so many is not worth telling of. */
    private static final int TOLD_PART = 20;
    /** Of whom one server tells: those that want most. */
    private static final int TOLD_MAX = 10_000;

    private static final int[] ONE_CAP = {0};

    private final LongSupplier clockNs;
    private final long startNs;
    private volatile Map<String, Long> told = Map.of();
    private volatile boolean capped;
    private volatile Others others; // Null until somebody was asked.

    public NodeShares() {
        this(System::nanoTime);
    }

    /** @param clockNs as {@link System#nanoTime()} */
    NodeShares(LongSupplier clockNs) {
        this.clockNs = clockNs;
        this.startNs = clockNs.getAsLong();
    }

    /**
     * Whoever has a cap.
     *
     * @param name       the same on all servers
     * @param capBits    per second, on all servers together
     * @param wantedBits here
     */
    record Claim(String name, long capBits, long wantedBits) {
        Claim wanting(long bits) {
            return new Claim(name, capBits, bits);
        }

        /** No more than there may be. */
        long soughtBits() {
            return Math.min(capBits, wantedBits);
        }
    }

    /**
     * What others have said.
     *
     * @param nodes      how many servers that is
     * @param wantedBits by name, of each server where it wants some
     * @param asOfNs     when the database was asked
     */
    record Others(int nodes, Map<String, long[]> wantedBits, long asOfNs) {}

    /** Where a figure goes to, with its name, an explanation and where it comes from. */
    public interface Figures {
        void add(String name, String help, DoubleSupplier value);
    }

    public void showIn(Figures figures) {
        figures.add("parcel_nodes", "Servers that share the database and limits, this one included.", this::nodes);
        figures.add(
                "parcel_nodes_heard_age_seconds",
                "Time since the database last told what other servers' clients want; limits are divided evenly from "
                        + TRUST.toSeconds() + " on.",
                this::ageSeconds);
        figures.add(
                "parcel_clients_elsewhere",
                "Clients, tokens and networks that want some of their limit here and on another server.",
                this::namesElsewhere);
    }

    /** @param are whether there are any, so that it is worth hearing of others */
    void caps(boolean are) {
        capped = are;
    }

    /** The most that it may have here. */
    long mostBits(Claim claim) {
        Others known = others;
        if (known == null) {
            return claim.capBits();
        }
        if (ageNs(known) > TRUST.toNanos()) {
            return claim.capBits() / (known.nodes + 1);
        }
        long[] elsewhere = known.wantedBits.get(claim.name());
        if (elsewhere == null) {
            return claim.capBits();
        }
        List<FairShares.Wish> wishes = new ArrayList<>();
        wishes.add(new FairShares.Wish(0, claim.soughtBits(), ONE_CAP));
        for (long bits : elsewhere) {
            wishes.add(new FairShares.Wish(wishes.size(), Math.min(claim.capBits(), bits), ONE_CAP));
        }
        return FairShares.divide(new long[] {claim.capBits()}, wishes)[0];
    }

    /** @param claims all there are, now */
    void tell(List<Claim> claims) {
        told = claims.stream()
                .filter(claim -> claim.soughtBits() > 0 && claim.soughtBits() >= claim.capBits() / TOLD_PART)
                .sorted(Comparator.comparingLong(Claim::soughtBits).reversed())
                .limit(TOLD_MAX)
                .collect(Collectors.toUnmodifiableMap(Claim::name, Claim::soughtBits));
    }

    /** What others are to be told: by name, bits per second that are wanted here. */
    Map<String, Long> told() {
        return told;
    }

    /** Whether there are caps to be kept with others. */
    boolean isCapped() {
        return capped;
    }

    void heard(Others said) {
        others = said;
    }

    /** Servers that others have to be taken into account for, this one included. */
    int nodes() {
        Others known = others;
        return known == null ? 1 : known.nodes + 1;
    }

    /** How many have a cap and want some both here and elsewhere. */
    int namesElsewhere() {
        Others known = others;
        return known == null
                ? 0
                : (int) told.keySet().stream()
                        .filter(known.wantedBits::containsKey)
                        .count();
    }

    /** How long ago others were heard of, or the server started; 0 if nobody asks. */
    double ageSeconds() {
        Others known = others;
        return !capped ? 0 : (nowNs() - (known == null ? startNs : known.asOfNs)) / 1e9;
    }

    long nowNs() {
        return clockNs.getAsLong();
    }

    private long ageNs(Others known) {
        return clockNs.getAsLong() - known.asOfNs;
    }
}
