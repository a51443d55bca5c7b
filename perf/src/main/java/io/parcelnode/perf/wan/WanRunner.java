package io.parcelnode.perf.wan;

import io.parcelnode.perf.PeerFailedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures the peers on one path, first to last and back again (ABBA), so that a machine that slows down or speeds up
 * meanwhile favours none of them. A peer that failed once is not tried again.
 */
final class WanRunner {
    private final WanPlan plan;
    private final WanCell cell;
    private final WorkFolder folder;
    private final PrintStream warnings;
    private final PrintStream notes;

    private final Map<String, List<WanRun>> runs = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();

    /** @param notes a line for each run; null for none */
    WanRunner(WanPlan plan, WanCell cell, WorkFolder folder, PrintStream warnings, PrintStream notes) {
        this.plan = plan;
        this.cell = cell;
        this.folder = folder;
        this.warnings = warnings;
        this.notes = notes;
        plan.peers().keySet().forEach(name -> runs.put(name, new ArrayList<>()));
    }

    CellReport run(SocketLimits limits) throws IOException, InterruptedException {
        Qualification qualification = plan.qualifies() ? qualify() : null;
        long bytes = cell.transferBytes(plan.bytesMin());
        Path file = folder.dataFile(bytes);
        for (int run = 0; run < plan.runs(); run++) {
            List<String> order = new ArrayList<>(runs.keySet());
            if (run % 2 == 1) {
                Collections.reverse(order);
            }
            for (String peer : order) {
                if (!failures.containsKey(peer)) {
                    runOnce(peer, run, file, bytes);
                }
            }
        }
        List<WanResult> results = runs.keySet().stream().map(this::result).toList();
        return new CellReport(
                cell, bytes, plan.seed(), qualification, limits.receiveMaxBytes(), limits.sendMaxBytes(), results);
    }

    private Qualification qualify() throws IOException, InterruptedException {
        Path scratch = folder.newScratch();
        Qualification qualification;
        try {
            qualification = Preflight.run(plan.linkProgram(), cell, scratch);
        } catch (PeerFailedException e) {
            throw new LinkException("the preflight failed: " + e.getMessage());
        } finally {
            WorkFolder.delete(scratch);
        }
        if (!qualification.isQualified()) {
            warnings.printf(
                    Locale.ROOT,
                    "Warning: the emulator does not qualify for this path: plain datagrams sent at %.0f of %.0f Mbit/s,"
                            + " %d of %d dropped without being told to, %.0f%% of a core used; lower the rate or free"
                            + " the machine%n",
                    qualification.megabitsPerSecond(),
                    qualification.wantedMegabitsPerSecond(),
                    qualification.dropped(),
                    qualification.sent(),
                    100 * qualification.emulatorCores());
        }
        return qualification;
    }

    private void runOnce(String peer, int run, Path file, long bytes) throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Path scratch = folder.newScratch();
        try {
            WanRun measured = new WanMeasurement(plan.linkProgram(), plan.timeoutOf(cell))
                    .run(plan.peers().get(peer), cell, plan.seed() + run, file, bytes, scratch);
            runs.get(peer).add(measured);
            note(String.format(
                    Locale.ROOT,
                    "run %d of %d: %s %.1f Mbit/s%s",
                    run + 1,
                    plan.runs(),
                    peer,
                    measured.megabitsPerSecond(),
                    measured.isStopped() ? ", stopped" : ""));
        } catch (PeerFailedException e) {
            failures.put(peer, e.getMessage());
            note(String.format("run %d of %d: %s failed: %s", run + 1, plan.runs(), peer, e.getMessage()));
        } catch (LinkException e) {
            throw e; // The next peer would fare no better.
        } catch (IOException e) {
            failures.put(peer, "the transfer could not be run: " + e.getMessage());
        } finally {
            WorkFolder.delete(scratch);
        }
    }

    private void note(String text) {
        if (notes != null) {
            notes.println(text);
        }
    }

    private WanResult result(String name) {
        WanPeer peer = plan.peers().get(name);
        String failure = failures.get(name);
        return new WanResult(
                name,
                failure == null ? peer.settings(cell) : "",
                peer.payloadBytes(),
                failure == null ? List.copyOf(runs.get(name)) : List.of(),
                failure);
    }
}
