package io.parcelnode.perf.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What kills of the client have cost of the large file, and what clients that went on have fetched in vain. Used by one thread. */
final class KillCosts {
    /** A chunk for each of the four streams of a file: what one kill may cost. */
    private static final long MAX_BYTES = 4L * (8 << 20);

    private final ChaosSite site;
    private final List<String> violations;
    private final List<Long> costs = new ArrayList<>();
    private long fetchedTwiceMaxBytes;
    /** Bytes that are on the disk after a kill, -1 if nothing can be said of that. */
    private long here = -1;

    KillCosts(ChaosSite site, List<String> violations) {
        this.site = site;
        this.violations = violations;
    }

    void onAttempt(ChaosAttempt attempt) throws IOException {
        boolean alone = attempt.clients().size() == 1;
        boolean unchanged = site.contents().version(Item.LARGE) == attempt.versionBefore();
        ChaosClient client = attempt.clients().get(0);
        if (alone && unchanged && here >= 0) {
            compare(client.events());
        }
        boolean killed = client.causes().contains(Fault.KILL_CLIENT);
        here = alone && unchanged && killed ? site.target().hereBytes() : -1;
    }

    /** Some of what is here is of no use any more. */
    void onDamage() {
        here = -1;
    }

    List<Long> costs() {
        return costs;
    }

    long fetchedTwiceMaxBytes() {
        return fetchedTwiceMaxBytes;
    }

    private void compare(ClientEvents events) {
        long found = events.foundBytes();
        if (found < 0) {
            return;
        }
        long cost = Math.max(0, here - found);
        costs.add(cost);
        if (cost > MAX_BYTES) {
            violations.add("a kill cost " + cost + " bytes of " + here + " that were on the disk");
        }
        if (events.fetchedBytes() >= 0) {
            long twice = events.fetchedBytes() - (site.plan().sizeBytes() - found);
            fetchedTwiceMaxBytes = Math.max(fetchedTwiceMaxBytes, twice);
            if (twice > MAX_BYTES) {
                violations.add("a client fetched " + twice + " bytes twice");
            }
        }
    }
}
