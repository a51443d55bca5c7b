package io.parcelnode.node.simulate;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.LogOptions;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.Units;
import io.parcelnode.sim.scenario.Scenario;
import io.parcelnode.sim.scenario.ScenarioResult;
import io.parcelnode.sim.scenario.ScenarioRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code parcel-node simulate}. */
@Command(
        name = "simulate",
        description = "Runs the real engine on a virtual clock over a path of your choice and says what it gives.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class SimulateCommand implements Callable<Integer> {
    @Mixin
    private SimulateOptions options;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Option(names = "--csv", paramLabel = "FILE", description = "Write rates, queue and losses over time to FILE.")
    private Path csv;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            description = "Draw rates, queue and losses over time: FILE ends in .png or .svg.")
    private Path plot;

    @Mixin
    private LogOptions log;

    @Override
    public Integer call() throws Exception {
        Logging.configure(log, json);
        Scenario scenario = options.scenario();
        checkFiles();
        checkMemory(scenario);
        ScenarioResult result = run(scenario);
        Conditions conditions = new Conditions(options, scenario);
        if (csv != null) {
            write(csv, () -> CsvFile.write(csv, result));
        }
        if (plot != null) {
            write(plot, () -> Plot.of(conditions, result).write(plot));
        }
        System.out.println(json ? JsonSummary.of(conditions, result) : TextSummary.of(conditions, result));
        return ExitCode.OK.number();
    }

    private static ScenarioResult run(Scenario scenario) throws CommandException {
        try (SimulateProgress progress = new SimulateProgress()) {
            return new ScenarioRun(scenario, System::nanoTime).run(progress);
        } catch (AssertionError e) {
            // The simulated applications check every byte and every turn.
            throw new CommandException(
                    ExitCode.MIXED_FAILURES,
                    "the engine failed, please report it with these flags: " + e.getMessage(),
                    e);
        }
    }

    private void checkFiles() throws CommandException {
        if (plot != null) {
            String name = plot.toString().toLowerCase(Locale.ROOT);
            if (!name.endsWith(Plot.PNG) && !name.endsWith(Plot.SVG)) {
                throw new CommandException(ExitCode.USAGE, "--plot " + plot + " ends in neither .png nor .svg");
            }
        }
        if (csv != null
                && plot != null
                && csv.toAbsolutePath().normalize().equals(plot.toAbsolutePath().normalize())) {
            throw new CommandException(ExitCode.USAGE, "--csv and --plot are the same file, " + csv);
        }
        for (Path file : new Path[] {csv, plot}) {
            if (file != null) {
                requireWritable(file);
            }
        }
    }

    /** Before the run rather than after it: nobody likes to wait for a result that has nowhere to go. */
    private static void requireWritable(Path file) throws CommandException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new CommandException(ExitCode.LOCAL_DISK, "cannot write " + file + ": no such folder: " + folder);
        }
        if (Files.isDirectory(file) || !Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new CommandException(ExitCode.LOCAL_DISK, "cannot write " + file + ": a folder, or not permitted");
        }
    }

    private static void checkMemory(Scenario scenario) throws CommandException {
        long heapBytes = Runtime.getRuntime().maxMemory();
        long neededBytes;
        try {
            neededBytes = scenario.memoryBytes();
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, e.getMessage(), e);
        }
        if (neededBytes > heapBytes) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "this run may need " + Units.describeBytes(neededBytes) + " of heap and there is "
                            + Units.describeBytes(heapBytes) + "; take a lower rate, round trip, queue or number of"
                            + " flows, or give the JVM more with PARCEL_JAVA_OPTS=-Xmx"
                            + (neededBytes / (1 << 20) + 256)
                            + "m");
        }
    }

    private interface Writing {
        void run() throws IOException;
    }

    private static void write(Path file, Writing writing) throws CommandException {
        try {
            writing.run();
        } catch (IOException e) {
            throw new CommandException(ExitCode.LOCAL_DISK, "cannot write " + file + ": " + Messages.of(e), e);
        }
    }
}
