package io.parcelnode.perf.chaos;

import io.parcelnode.perf.chaos.ChaosPlan.Attempt;
import io.parcelnode.perf.chaos.ChaosPlan.Event;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Carries out one plan and looks for what must never be. */
final class ChaosRun {
    private static final long ATTEMPT_MAX_NS = TimeUnit.SECONDS.toNanos(120);
    private static final long BLACKOUT_MS = 2_000;
    private static final long POLL_MS = 2;
    private static final int DATAGRAM_BYTES = 1_400;
    private static final int BLOCK_BYTES = 4_096;
    private static final double LOSS_SHARE = 0.02;
    /** Ends that are right when something goes wrong: lost server, disk, endpoint. 137 is our own kill. */
    private static final Set<Integer> HONEST_ENDS = Set.of(0, 1, 3, 7, 10, 137);

    private final ChaosPlan plan;
    private final Path home;
    private final SplittableRandom random;
    private final List<String> violations = new ArrayList<>();
    private long lostMaxBytes;
    private int kills;

    ChaosRun(ChaosPlan plan, Path home) {
        this.plan = plan;
        this.home = home;
        this.random = new SplittableRandom(~plan.seed());
    }

    /** Returns what was violated; empty is good. */
    List<String> run() throws IOException, InterruptedException {
        try (ChaosEndpoint endpoint = new ChaosEndpoint(plan.sizeBytes(), plan.seed());
                ChaosServer server = new ChaosServer(endpoint.url(), plan.seed());
                SmallDisk disk = new SmallDisk(home.resolve("target"), 2L * plan.sizeBytes() + (8 << 20))) {
            long here = -1;
            for (Attempt attempt : plan.attempts()) {
                here = attempt(attempt, endpoint, server, disk, here);
                calm(endpoint, server);
                disk.makeRoom();
                here = damage(attempt, disk, here);
            }
            attempt(new Attempt(List.of()), endpoint, server, disk, here);
            requireAll(endpoint, disk);
        }
        return violations;
    }

    /** Most bytes of a file that were written when a client was killed and had to be fetched again. */
    long lostMaxBytes() {
        return lostMaxBytes;
    }

    int kills() {
        return kills;
    }

    /** Returns how many bytes of the file the part holds afterwards, -1 if that says nothing of the next attempt. */
    private long attempt(Attempt attempt, ChaosEndpoint endpoint, ChaosServer server, SmallDisk disk, long before)
            throws IOException, InterruptedException {
        int versionBefore = endpoint.version();
        long startNs = System.nanoTime();
        long startDatagrams = server.datagrams();
        ChaosClient client = new ChaosClient(home, disk.folder(), server);
        List<Event> left = new ArrayList<>(attempt.events());
        left.sort((one, other) -> Double.compare(one.share(), other.share()));
        boolean killed = false;
        while (!client.hasEnded(POLL_MS)) {
            if (System.nanoTime() - startNs > ATTEMPT_MAX_NS) {
                client.kill();
                violations.add("a client did not end within " + TimeUnit.NANOSECONDS.toSeconds(ATTEMPT_MAX_NS) + " s");
                return -1;
            }
            double share = (double) (server.datagrams() - startDatagrams) * DATAGRAM_BYTES / plan.sizeBytes();
            while (!left.isEmpty() && left.get(0).share() <= share) {
                Fault fault = left.remove(0).fault();
                killed |= fault == Fault.KILL_CLIENT;
                happen(fault, client, endpoint, server, disk);
            }
        }
        if (!HONEST_ENDS.contains(client.exitCode())) {
            violations.add("a client ended with " + client.exitCode());
        }
        requireNothingWrong(endpoint, disk, client.exitCode() == 0, versionBefore);
        long found = client.foundBytes();
        if (before >= 0 && found >= 0 && endpoint.version() == versionBefore) {
            lostMaxBytes = Math.max(lostMaxBytes, before - found);
        }
        return killed && endpoint.version() == versionBefore ? hereBytes(endpoint, disk) : -1;
    }

    private void happen(Fault fault, ChaosClient client, ChaosEndpoint endpoint, ChaosServer server, SmallDisk disk)
            throws IOException, InterruptedException {
        switch (fault) {
            case KILL_CLIENT -> {
                kills++;
                client.kill();
            }
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
                // These happen afterwards.
            }
        }
    }

    private static void calm(ChaosEndpoint endpoint, ChaosServer server) {
        server.loss(0);
        endpoint.errors(false);
        endpoint.breaks(false);
        endpoint.down(false);
    }

    /** Returns {@code here}, or -1 when the damage takes from it. */
    private long damage(Attempt attempt, SmallDisk disk, long here) throws IOException {
        Path part = disk.folder().resolve(ChaosEndpoint.LARGE + ".part");
        Path journal = disk.folder().resolve(ChaosEndpoint.LARGE + ".part.journal");
        boolean damaged = false;
        if (attempt.has(Fault.FLIP_BYTE)) {
            damaged |= flip(part);
        }
        if (attempt.has(Fault.CUT_JOURNAL)) {
            damaged |= cut(journal);
        }
        if (attempt.has(Fault.CUT_PART)) {
            damaged |= cut(part);
        }
        return damaged ? -1 : here;
    }

    private boolean flip(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return false;
        }
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            long at = random.nextLong(open.length());
            open.seek(at);
            int value = open.read();
            open.seek(at);
            open.write(value ^ 1 << random.nextInt(8));
        }
        return true;
    }

    private boolean cut(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return false;
        }
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(random.nextLong(open.length()));
        }
        return true;
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

    private void requireAll(ChaosEndpoint endpoint, SmallDisk disk) throws IOException {
        Path large = disk.folder().resolve(ChaosEndpoint.LARGE);
        if (!Files.exists(large) || endpoint.versionOf(Files.readAllBytes(large)) != endpoint.version()) {
            violations.add("the last attempt, without faults, did not bring the file");
        }
        if (Files.exists(disk.folder().resolve(ChaosEndpoint.LARGE + ".part"))) {
            violations.add("the last attempt left a .part");
        }
    }

    /** Blocks of the part that hold what the endpoint has. */
    private long hereBytes(ChaosEndpoint endpoint, SmallDisk disk) throws IOException {
        Path part = disk.folder().resolve(ChaosEndpoint.LARGE + ".part");
        return Files.exists(part) ? endpoint.equalBytes(Files.readAllBytes(part), BLOCK_BYTES) : -1;
    }
}
