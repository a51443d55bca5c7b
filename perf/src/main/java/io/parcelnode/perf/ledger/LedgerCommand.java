package io.parcelnode.perf.ledger;

import io.parcelnode.node.cli.Units;
import io.parcelnode.perf.wan.Interruption;
import io.parcelnode.perf.wan.MachineLock;
import io.parcelnode.perf.wan.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code perf/run ledger}. */
@Command(
        name = "ledger",
        description = {
            "What ledger and metrics cost: the same download over loopback from a server with both and from one with neither"
                    + " (--no-ledger --admin off), in turn.",
            "Processor time of a server counts from the start of a client until 5 s after its end, when its ledger has written"
                    + " everything."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class LedgerCommand implements Callable<Integer> {
    /** Set by perf/run: the root of the sources. */
    private static final String ROOT = "parcel.root";

    private static final int RUNS_MAX = 100;
    private static final int FILES_MAX = 100_000;
    private static final int FAILED = 1;
    private static final int INTERRUPTED = 130;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "1G",
            converter = Units.Size.class,
            description = "Of each file (${DEFAULT-VALUE}).")
    private long sizeBytes;

    @Option(
            names = "--files",
            paramLabel = "N",
            defaultValue = "1",
            description = "Files of each download, up to 100000 (${DEFAULT-VALUE}).")
    private int files;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "9",
            description = "Downloads from each of the two, up to 100 (${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "5",
            description = "Downloads from each before, which do not count (${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    @Override
    public Integer call() {
        require("--files", files, FILES_MAX);
        require("--runs", runs, RUNS_MAX);
        if (warmUp < 0 || warmUp > RUNS_MAX) {
            throw new ParameterException(spec.commandLine(), "--warm-up " + warmUp + " is outside 0.." + RUNS_MAX);
        }
        if (sizeBytes < 1) {
            throw new ParameterException(spec.commandLine(), "--size " + sizeBytes + " must be above 0");
        }
        Interruption interruption = Interruption.ofThisThread();
        try {
            LedgerReport report = measure();
            System.out.println(json ? report.json().toString() : report.text());
            return 0;
        } catch (IOException e) {
            System.err.println("perf/run ledger: " + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            return INTERRUPTED;
        } finally {
            interruption.onCleanedUp();
        }
    }

    private LedgerReport measure() throws IOException, InterruptedException {
        Path jar = Path.of(System.getProperty(ROOT, ""), "parcel-node", "target", "parcel-node.jar")
                .toAbsolutePath();
        if (!Files.isRegularFile(jar)) {
            throw new IOException(jar + " is not there; build it with ./mvnw -DskipTests package");
        }
        Path temp = Path.of(System.getProperty("java.io.tmpdir"));
        // Files are in memory where there is room; what a ledger writes goes to a disk.
        Path state = Files.createTempDirectory("parcel-perf-ledger-");
        try (MachineLock lock = MachineLock.take(temp, System.err);
                WorkFolder folder = WorkFolder.create(2 * sizeBytes * files)) {
            assert lock != null;
            ServedFolder served = ServedFolder.make(folder.newScratch(), files, sizeBytes);
            return new LedgerComparison(jar, served, folder, state).run(warmUp, runs);
        } finally {
            WorkFolder.delete(state);
        }
    }

    private void require(String name, int value, int max) {
        if (value < 1 || value > max) {
            throw new ParameterException(spec.commandLine(), name + " " + value + " is outside 1.." + max);
        }
    }

    /** What both servers are started with besides. */
    static final List<String> WITH = List.of("--admin", "127.0.0.1:0");

    static final List<String> WITHOUT = List.of("--no-ledger", "--admin", "off");
}
