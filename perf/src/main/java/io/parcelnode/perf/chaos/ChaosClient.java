package io.parcelnode.perf.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** {@code parcel-node get} in a process of its own. */
final class ChaosClient {
    private final Process process;
    private final Path out;
    private final Path err;
    private final Path failed;
    private final boolean verbose;
    private final Set<Fault> causes = EnumSet.noneOf(Fault.class);

    /**
     * @param arguments all but those that say what becomes of what it tells
     * @param name of what it prints and writes into {@code home}
     */
    ChaosClient(ClientLauncher launcher, Path home, String name, List<String> arguments, boolean verbose)
            throws IOException {
        this.verbose = verbose;
        out = home.resolve(name + ".out");
        err = home.resolve(name + ".err");
        failed = home.resolve(name + ".failed");
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--failed", failed.toString()));
        if (verbose) {
            all.addAll(List.of(
                    "--verbose", "--log-file", home.resolve(name + ".log").toString()));
        }
        process = launcher.start(home, all, out, err);
    }

    boolean hasEnded(long waitMs) throws InterruptedException {
        return process.waitFor(waitMs, TimeUnit.MILLISECONDS);
    }

    int exitCode() {
        return process.exitValue();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** What has happened to it. */
    Set<Fault> causes() {
        return causes;
    }

    ClientEvents events() throws IOException {
        return ClientEvents.of(out);
    }

    Path err() {
        return err;
    }

    /** Its list of what has not come. */
    Path failed() {
        return failed;
    }

    boolean isVerbose() {
        return verbose;
    }
}
