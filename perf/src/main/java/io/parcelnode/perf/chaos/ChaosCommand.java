package io.parcelnode.perf.chaos;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code perf/run chaos}. */
@Command(
        name = "chaos",
        description = {
            "Downloads with injected faults, in real processes: kills on both sides, loss, a failing or changing endpoint,"
                    + " damage in .part and journal, a full disk.",
            "No file may be wrong under its final name, every client must end, and the last attempt must succeed."
        },
        mixinStandardHelpOptions = true)
public final class ChaosCommand implements Callable<Integer> {
    private static final int RUNS_MAX = 1_000_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "20", description = "How many (${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the first run; the next ones count on (${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (runs < 1 || runs > RUNS_MAX) {
            throw new ParameterException(spec.commandLine(), "--runs " + runs + " is outside 1.." + RUNS_MAX);
        }
        // The server runs in this process; what it logs is of no interest here.
        System.setProperty("logback.configurationFile", "logback-perf-child.xml");
        long startNs = System.nanoTime();
        Path folder = Files.createTempDirectory("parcel-chaos");
        boolean diskFaults = SmallDisk.isPossible(folder.resolve("probe"));
        int kills = 0;
        int failed = 0;
        int attempts = 0;
        long lostMaxBytes = 0;
        for (long number = seed; number < seed + runs; number++) {
            ChaosPlan plan = ChaosPlan.draw(number, diskFaults);
            Path home = Files.createDirectories(folder.resolve(String.valueOf(number)));
            ChaosRun run = new ChaosRun(plan, home);
            List<String> violations = run.run();
            kills += run.kills();
            attempts += plan.attempts().size() + 1;
            lostMaxBytes = Math.max(lostMaxBytes, run.lostMaxBytes());
            if (violations.isEmpty()) {
                deleteAll(home);
            } else {
                failed++;
                System.err.println(
                        "seed " + number + ": " + String.join("; ", violations) + "\n  " + plan + "\n  see " + home);
            }
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        report(failed, attempts, kills, lostMaxBytes, diskFaults, seconds);
        if (failed == 0) {
            deleteAll(folder);
        }
        return failed == 0 ? 0 : 1;
    }

    private void report(int failed, int attempts, int kills, long lostMaxBytes, boolean diskFaults, double seconds) {
        if (json) {
            System.out.println(JsonNodeFactory.instance
                    .objectNode()
                    .put("what", "chaos")
                    .put("runs", runs)
                    .put("seed", seed)
                    .put("attempts", attempts)
                    .put("kills", kills)
                    .put("failed", failed)
                    .put("lost_max_bytes", lostMaxBytes)
                    .put("disk_faults", diskFaults)
                    .put("seconds", Math.round(seconds)));
            return;
        }
        System.out.printf(
                "%d runs from seed %d, %d client processes, %d of them killed, %.0f s%s%n"
                        + "%d runs went wrong; a killed client lost at most %.1f MiB that it had written%n",
                runs,
                seed,
                attempts,
                kills,
                seconds,
                diskFaults ? "" : " (no disk could be filled: that takes root on Linux)",
                failed,
                lostMaxBytes / 1048576.0);
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
