package io.parcelnode.perf.wan;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Ours and its peers over the same emulated link in turn. */
@Command(
        name = "wan",
        description = {
            "A file over an emulated wide-area link, with ours and with peers in turn.",
            "The link is made by the program in WANLINK (default: perf/netem), called as: $WANLINK with OPTIONS -- SCRIPT"
                    + " ARGS. See perf/README.md."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class WanCommand implements Callable<Integer> {
    /** Set by perf/run: the root of the sources. */
    private static final String ROOT = "parcel.root";

    private static final int FAILED = 1;
    private static final int INTERRUPTED = 130;

    @Spec
    private CommandSpec spec;

    @Mixin
    private WanOptions options;

    @Option(names = "--json", description = "Print one JSON object a line instead of tables.")
    private boolean json;

    @Override
    public Integer call() {
        WanPlan plan = plan();
        ReportWriter writer = json ? new WanJson(System.out) : new WanTable(System.out);
        Interruption interruption = Interruption.ofThisThread();
        try {
            return measure(plan, writer, System.err);
        } catch (IOException e) {
            System.err.println("perf/run wan: " + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            return INTERRUPTED;
        } finally {
            interruption.onCleanedUp();
        }
    }

    private int measure(WanPlan plan, ReportWriter writer, PrintStream notes) throws IOException, InterruptedException {
        long bytesMax = plan.cells().stream()
                .mapToLong(cell -> cell.transferBytes(plan.bytesMin()))
                .max()
                .orElseThrow();
        boolean isAllFailed = true;
        try (MachineLock lock = MachineLock.take(Path.of(System.getProperty("java.io.tmpdir")), notes);
                SocketLimits limits = SocketLimits.raise();
                WorkFolder folder = WorkFolder.create(bytesMax)) {
            assert lock != null;
            for (WanCell cell : plan.cells()) {
                CellReport report = new WanRunner(plan, cell, folder, notes, json ? null : notes).run(limits);
                writer.write(report);
                isAllFailed &= report.results().stream().allMatch(WanResult::isError);
            }
        }
        return isAllFailed ? FAILED : 0;
    }

    private WanPlan plan() {
        Path root = Path.of(System.getProperty(ROOT, "")).toAbsolutePath();
        String configured = System.getenv("WANLINK");
        Path program = configured == null || configured.isBlank()
                ? root.resolve("perf").resolve("netem")
                : Path.of(configured).toAbsolutePath();
        if (!Files.isExecutable(program)) {
            throw new ParameterException(
                    spec.commandLine(), "WANLINK: " + program + " is not a program that can be run");
        }
        Path jar = root.resolve("parcel-node").resolve("target").resolve("parcel-node.jar");
        Map<String, WanPeer> peers = new LinkedHashMap<>();
        options.peers().forEach(name -> peers.put(name, WanPeer.named(name, jar)));
        return new WanPlan(
                program,
                options.cells(),
                peers,
                options.runs(),
                options.bytesMin(),
                options.timeout(),
                options.seed(),
                options.qualifies());
    }
}
