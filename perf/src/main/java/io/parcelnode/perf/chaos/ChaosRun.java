package io.parcelnode.perf.chaos;

import io.parcelnode.perf.chaos.ChaosPlan.Attempt;
import io.parcelnode.perf.chaos.ChaosPlan.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Carries out one plan and looks for what must never be. Used by one thread. */
final class ChaosRun {
    private static final long ATTEMPT_MAX_NS = TimeUnit.SECONDS.toNanos(120);
    private static final long BLACKOUT_MS = 2_000;
    private static final long POLL_MS = 2;
    private static final int DATAGRAM_BYTES = 1_400;
    private static final int BLOCK_BYTES = 4_096;
    /** Of an attempt that lacks next to nothing. */
    private static final long LACK_MIN_BYTES = 1 << 16;

    private static final double LOSS_SHARE = 0.02;
    /** A chunk for each of the four streams of a file: what one kill may cost. */
    private static final long KILL_COST_MAX_BYTES = 4L * (8 << 20);

    private final ChaosPlan plan;
    private final ClientLauncher launcher;
    private final Path home;
    private final PartDamage damage;
    private final List<String> violations = new ArrayList<>();
    private final Map<Fault, Integer> happened = new EnumMap<>(Fault.class);
    private final List<Long> killCosts = new ArrayList<>();
    private long fetchedTwiceMaxBytes;
    private int attempts;

    ChaosRun(ChaosPlan plan, ClientLauncher launcher, Path home) {
        this.plan = plan;
        this.launcher = launcher;
        this.home = home;
        damage = new PartDamage(new SplittableRandom(~plan.seed()));
    }

    ChaosResult run() throws IOException, InterruptedException {
        try (ChaosEndpoint endpoint = new ChaosEndpoint(plan.sizeBytes(), plan.seed());
                ChaosServer server = new ChaosServer(endpoint.url(), plan.seed());
                SmallDisk disk = new SmallDisk(home.resolve("target"), 2L * plan.sizeBytes() + (8 << 20))) {
            long here = -1;
            for (Attempt attempt : plan.attempts()) {
                here = attempt(attempt, endpoint, server, disk, here);
                calm(endpoint, server);
                disk.makeRoom();
                if (isAllThere(endpoint, disk)) {
                    break; // Nothing is left that could go wrong.
                }
                here = damage(attempt, disk, here);
            }
            attempt(new Attempt(List.of()), endpoint, server, disk, here);
            requireAll(endpoint, disk);
            if (!violations.isEmpty()) {
                keep(disk);
            }
        }
        return new ChaosResult(plan, happened, attempts, killCosts, fetchedTwiceMaxBytes, violations);
    }

    /**
     * @param before bytes of the file that are on the disk after a kill, -1 if nothing can be said of that
     * @return the same for the next attempt
     */
    private long attempt(Attempt attempt, ChaosEndpoint endpoint, ChaosServer server, SmallDisk disk, long before)
            throws IOException, InterruptedException {
        attempts++;
        int versionBefore = endpoint.version();
        long lackBytes = Math.max(LACK_MIN_BYTES, plan.sizeBytes() - Math.max(0, hereBytes(endpoint, disk)));
        long startNs = System.nanoTime();
        long startDatagrams = server.datagrams();
        Set<Fault> causes = EnumSet.noneOf(Fault.class);
        ChaosClient client = new ChaosClient(launcher, home, disk.folder(), server, attempts);
        List<Event> left = new ArrayList<>(attempt.events());
        left.sort((one, other) -> Double.compare(one.share(), other.share()));
        while (!client.hasEnded(POLL_MS)) {
            if (System.nanoTime() - startNs > ATTEMPT_MAX_NS) {
                client.kill();
                violations.add("a client did not end within " + TimeUnit.NANOSECONDS.toSeconds(ATTEMPT_MAX_NS) + " s");
                return -1;
            }
            double share = (double) (server.datagrams() - startDatagrams) * DATAGRAM_BYTES / lackBytes;
            while (!left.isEmpty() && left.get(0).share() <= share) {
                Fault fault = left.remove(0).fault();
                if (happen(fault, client, endpoint, server, disk)) {
                    causes.add(fault);
                    happened.merge(fault, 1, Integer::sum);
                }
            }
        }
        if (!ExitCauses.allow(client.exitCode(), causes)) {
            violations.add("a client ended with " + client.exitCode() + " after nothing but " + causes);
        }
        requireNothingWrong(endpoint, disk, client.exitCode() == 0, versionBefore);
        boolean unchanged = endpoint.version() == versionBefore;
        requireLittleTwice(client, before, unchanged);
        return causes.contains(Fault.KILL_CLIENT) && unchanged ? hereBytes(endpoint, disk) : -1;
    }

    /** Returns false if it does not happen now, or could do no harm any more. */
    private static boolean happen(
            Fault fault, ChaosClient client, ChaosEndpoint endpoint, ChaosServer server, SmallDisk disk)
            throws IOException, InterruptedException {
        if (client.hasEnded(0)) {
            return false;
        }
        switch (fault) {
            case KILL_CLIENT -> client.kill();
            case KILL_SERVER -> server.vanishAndComeBack();
            case BLACKOUT -> {
                server.blackout(true);
                client.hasEnded(BLACKOUT_MS);
                server.blackout(false);
            }
            case LOSS -> server.loss(LOSS_SHARE);
            case ENDPOINT_ERRORS -> endpoint.errors(true);
            case ENDPOINT_BREAKS -> endpoint.breaks(true);
            case ENDPOINT_DOWN -> endpoint.down(true);
            case CHANGE -> endpoint.change();
            case FULL_DISK -> disk.fill();
            case FLIP_BYTE, CUT_JOURNAL, CUT_PART -> {
                return false; // These happen afterwards.
            }
        }
        return true;
    }

    private static void calm(ChaosEndpoint endpoint, ChaosServer server) {
        server.loss(0);
        endpoint.errors(false);
        endpoint.breaks(false);
        endpoint.down(false);
    }

    /** Returns {@code here}, or -1 when the damage takes from it. */
    private long damage(Attempt attempt, SmallDisk disk, long here) throws IOException {
        Path journal = disk.folder().resolve(ChaosEndpoint.LARGE + ".part.journal");
        boolean damaged = attempt.has(Fault.FLIP_BYTE) && count(Fault.FLIP_BYTE, damage.flip(part(disk)));
        damaged |= attempt.has(Fault.CUT_JOURNAL) && count(Fault.CUT_JOURNAL, damage.cut(journal));
        damaged |= attempt.has(Fault.CUT_PART) && count(Fault.CUT_PART, damage.cut(part(disk)));
        return damaged ? -1 : here;
    }

    private boolean count(Fault fault, boolean hasHappened) {
        if (hasHappened) {
            happened.merge(fault, 1, Integer::sum);
        }
        return hasHappened;
    }

    /** Whatever has a final name is one version of its file, all of it. */
    private void requireNothingWrong(ChaosEndpoint endpoint, SmallDisk disk, boolean success, int versionBefore)
            throws IOException {
        Path large = disk.folder().resolve(ChaosEndpoint.LARGE);
        Path small = disk.folder().resolve(ChaosEndpoint.SMALL);
        if (Files.exists(large)) {
            int version = endpoint.versionOf(Files.readAllBytes(large));
            if (version < 0) {
                violations.add("WRONG CONTENT under the final name of the large file");
            } else if (success && version < versionBefore) {
                violations.add("an old version was taken for the present one");
            }
        }
        if (Files.exists(small) && !endpoint.isSmall(Files.readAllBytes(small))) {
            violations.add("WRONG CONTENT under the final name of the small file");
        }
        if (success && !(Files.exists(large) && Files.exists(small))) {
            violations.add("a client ended with 0 and not all files are there");
        }
    }

    /** What a kill has cost, and what the client that went on has fetched in vain. */
    private void requireLittleTwice(ChaosClient client, long before, boolean unchanged) throws IOException {
        long found = client.foundBytes();
        if (before < 0 || found < 0 || !unchanged) {
            return;
        }
        long cost = Math.max(0, before - found);
        killCosts.add(cost);
        if (cost > KILL_COST_MAX_BYTES) {
            violations.add("a kill cost " + cost + " bytes of " + before + " that were on the disk");
        }
        if (client.fetchedBytes() >= 0) {
            long twice = client.fetchedBytes() - (plan.sizeBytes() - found);
            fetchedTwiceMaxBytes = Math.max(fetchedTwiceMaxBytes, twice);
            if (twice > KILL_COST_MAX_BYTES) {
                violations.add("a client fetched " + twice + " bytes twice");
            }
        }
    }

    private boolean isAllThere(ChaosEndpoint endpoint, SmallDisk disk) throws IOException {
        Path large = disk.folder().resolve(ChaosEndpoint.LARGE);
        return Files.exists(disk.folder().resolve(ChaosEndpoint.SMALL))
                && Files.exists(large)
                && endpoint.versionOf(Files.readAllBytes(large)) == endpoint.version();
    }

    private void requireAll(ChaosEndpoint endpoint, SmallDisk disk) throws IOException {
        if (!isAllThere(endpoint, disk)) {
            violations.add("the last attempt, without faults, did not bring the files");
        }
        if (Files.exists(part(disk))) {
            violations.add("the last attempt left a .part");
        }
    }

    /** Blocks of the part that hold what the endpoint has; -1 without a part. */
    private static long hereBytes(ChaosEndpoint endpoint, SmallDisk disk) throws IOException {
        return Files.exists(part(disk)) ? endpoint.equalBytes(Files.readAllBytes(part(disk)), BLOCK_BYTES) : -1;
    }

    private static Path part(SmallDisk disk) {
        return disk.folder().resolve(ChaosEndpoint.LARGE + ".part");
    }

    /** The disk vanishes; what shows how it went wrong must not. */
    private void keep(SmallDisk disk) throws IOException {
        Path kept = Files.createDirectories(home.resolve("kept"));
        try (Stream<Path> files = Files.list(disk.folder())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, kept.resolve(file.getFileName()));
            }
        }
    }
}
