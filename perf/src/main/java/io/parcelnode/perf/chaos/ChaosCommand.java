package io.parcelnode.perf.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
            "No file may be wrong under its final name, every client must end for a reason that there was, a kill may cost a"
                    + " chunk of each stream, and the last attempt must succeed."
        },
        mixinStandardHelpOptions = true)
public final class ChaosCommand implements Callable<Integer> {
    private static final int RUNS_MAX = 1_000_000;
    private static final int AT_ONCE_MAX = 64;
    /** A run waits most of its time: for a dark path, a lost server, a growing pause. */
    private static final int AT_ONCE_PER_CORE = 2;
    /** So many clients make up for the time that an archive of their classes takes. */
    private static final int ARCHIVE_MIN_RUNS = 10;

    private static final int TELL_EVERY_RUNS = 50;

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

    @Option(
            names = "--at-once",
            paramLabel = "N",
            description = "Runs side by side, each with its own server, path and folder (two a core).")
    private int atOnce = AT_ONCE_PER_CORE * Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireWithin("--runs", runs, RUNS_MAX);
        requireWithin("--at-once", atOnce, AT_ONCE_MAX);
        // The servers run in this process; of what they log a token alone would be of interest.
        System.setProperty("logback.configurationFile", "logback-perf-chaos.xml");
        long startNs = System.nanoTime();
        Path folder = Files.createTempDirectory("parcel-chaos");
        boolean diskFaults = SmallDisk.isPossible(folder.resolve("probe"));
        ChaosTotals totals;
        List<Path> leaks;
        try (CampaignLedger ledger = new CampaignLedger(folder.resolve("server"))) {
            totals = runAll(folder, ledger, diskFaults, startNs);
            ledger.close();
            leaks = ledger.filesWith(ChaosTokens.MARK);
        }
        leaks.forEach(file -> System.err.println("A TOKEN stands in " + file));
        ChaosReport report = new ChaosReport(totals, seed, diskFaults, seconds(startNs));
        if (json) {
            System.out.println(report.json());
        } else {
            report.printText(System.out);
        }
        boolean good = totals.failed() == 0 && leaks.isEmpty();
        if (good) {
            deleteAllQuietly(folder);
        }
        return good ? 0 : 1;
    }

    private ChaosTotals runAll(Path folder, CampaignLedger ledger, boolean diskFaults, long startNs)
            throws IOException, InterruptedException {
        Path jar = Path.of(System.getProperty("parcel.root", "."), "parcel-node", "target", "parcel-node.jar");
        ClientLauncher plain = ClientLauncher.withoutArchive(jar);
        ClientLauncher launcher = runs < ARCHIVE_MIN_RUNS ? plain : plain.withArchive(folder);
        ChaosTotals totals = new ChaosTotals();
        ExecutorService threads = Executors.newFixedThreadPool(atOnce);
        ExecutorCompletionService<ChaosResult> results = new ExecutorCompletionService<>(threads);
        try {
            for (long number = seed; number < seed + runs; number++) {
                ChaosPlan plan = ChaosPlan.draw(number, diskFaults);
                results.submit(() -> carryOut(plan, launcher, ledger, folder.resolve(String.valueOf(plan.seed()))));
            }
            for (int done = 1; done <= runs; done++) {
                totals.add(results.take().get());
                if (done % TELL_EVERY_RUNS == 0 && done < runs) {
                    System.err.printf(
                            "%d of %d runs, %d went wrong, %.0f s%n", done, runs, totals.failed(), seconds(startNs));
                }
            }
        } catch (ExecutionException e) {
            throw new IOException("a run could not be carried out: " + e.getCause(), e.getCause());
        } finally {
            threads.shutdownNow();
        }
        return totals;
    }

    private static ChaosResult carryOut(ChaosPlan plan, ClientLauncher launcher, CampaignLedger ledger, Path home)
            throws IOException, InterruptedException {
        ChaosResult result = new ChaosRun(plan, launcher, ledger, Files.createDirectories(home)).run();
        if (result.isGood()) {
            deleteAll(home);
        } else {
            System.err.printf(
                    "seed %d: %s%n  %s%n  see %s; again: perf/run chaos --runs 1 --seed %d%n",
                    plan.seed(), String.join("; ", result.violations()), plan, home, plan.seed());
        }
        return result;
    }

    private void requireWithin(String name, int value, int max) {
        if (value < 1 || value > max) {
            throw new ParameterException(spec.commandLine(), name + ' ' + value + " is outside 1.." + max);
        }
    }

    private static double seconds(long startNs) {
        return (System.nanoTime() - startNs) / 1e9;
    }

    /** The ledger's database may still be writing down the last of it. */
    private static void deleteAllQuietly(Path folder) {
        try {
            deleteAll(folder);
        } catch (IOException | UncheckedIOException e) {
            System.err.println("Left behind: " + folder + " (" + e + ")");
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
