package io.parcelnode.perf;

import io.parcelnode.perf.chaos.ChaosCommand;
import io.parcelnode.perf.ledger.LedgerCommand;
import io.parcelnode.perf.wan.WanCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of {@code perf/run}. */
@Command(
        name = "perf/run",
        description = "Measures Parcel's transport side by side with peers, in the same run.",
        subcommands = {LoopbackCommand.class, WanCommand.class, LedgerCommand.class, ChaosCommand.class},
        mixinStandardHelpOptions = true)
public final class PerfMain implements Runnable {

    public static void main(String[] args) {
        System.exit(new CommandLine(new PerfMain()).execute(args));
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                new CommandLine(this), "name what to measure, for example: perf/run loopback");
    }
}
