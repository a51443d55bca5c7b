package io.parcelnode.perf;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Memory-to-memory throughput of one connection over loopback, for ours and for the peers it is compared with. */
@Command(
        name = "loopback",
        description = "Throughput of one connection over loopback at MTU 1500, memory to memory.",
        mixinStandardHelpOptions = true)
final class LoopbackCommand implements Callable<Integer> {
    private static final int RUNS_MAX = 100;
    private static final int SECONDS_MAX = 3600;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object a line instead of a table.")
    private boolean json;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "3", description = "Runs of each peer, 1 to 100 (3).")
    private int runs;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "5", description = "Measured seconds of a run (5).")
    private double seconds;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            description = "Measure this many bytes instead of a time; K, M, G are binary (64M, 1G).")
    private String size;

    @Option(
            names = "--peers",
            paramLabel = "NAME",
            split = ",",
            description = "Which to measure: udt4j-nio, libudt, bare-nio, tcp (all).")
    private List<String> peers = LoopbackPeer.names();

    @Override
    public Integer call() throws InterruptedException {
        LoopbackPlan plan = plan();
        ResultWriter writer = json ? new JsonLines(System.out) : new TextTable(System.out);
        List<PeerResult> results = new LoopbackRunner(plan, System.err, !json).run();
        writer.write(results);
        return results.stream().allMatch(PeerResult::isError) ? 1 : 0;
    }

    private LoopbackPlan plan() {
        for (String peer : peers) {
            if (!LoopbackPeer.names().contains(peer)) {
                throw refused(
                        "--peers: \"" + peer + "\" is unknown; there are " + String.join(", ", LoopbackPeer.names()));
            }
        }
        if (runs < 1 || runs > RUNS_MAX) {
            throw refused("--runs " + runs + " is outside 1.." + RUNS_MAX);
        }
        if (!(seconds > 0 && seconds <= SECONDS_MAX)) {
            throw refused("--seconds " + seconds + " is outside 0.." + SECONDS_MAX + ", 0 excluded");
        }
        long windowBytes = size == null ? MeasuredWindow.NO_BYTES : parseSize(size);
        Duration window = Duration.ofNanos(Math.round(seconds * 1e9));
        return new LoopbackPlan(
                List.copyOf(peers), runs, new MeasuredWindow(MeasuredWindow.WARM_UP, window, windowBytes));
    }

    private long parseSize(String text) {
        int shift = "KMG".indexOf(Character.toUpperCase(text.charAt(text.length() - 1)));
        String digits = shift < 0 ? text : text.substring(0, text.length() - 1);
        try {
            long bytes = Math.multiplyExact(Long.parseLong(digits), 1L << (10 * (shift + 1)));
            if (bytes > 0) {
                return bytes;
            }
        } catch (NumberFormatException | ArithmeticException e) {
            throw refused("--size \"" + text + "\" is no count of bytes; write 1000000, 64M or 1G");
        }
        throw refused("--size \"" + text + "\" must be above 0");
    }

    private ParameterException refused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
