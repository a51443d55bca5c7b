package io.parcelnode.perf;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs the peers one after the other, first to last and back again (ABBA), so that a machine that slows down or speeds
 * up meanwhile favours none of them. A peer that failed once is not tried again.
 */
final class LoopbackRunner {
    private final LoopbackPlan plan;
    private final PrintStream notes;
    private final boolean noteRuns;

    private final Map<String, List<PeerResult.Run>> runs = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();

    LoopbackRunner(LoopbackPlan plan, PrintStream notes, boolean noteRuns) {
        this.plan = plan;
        this.notes = notes;
        this.noteRuns = noteRuns;
        plan.peers().forEach(peer -> runs.put(peer, new ArrayList<>()));
    }

    List<PeerResult> run() throws InterruptedException {
        for (int run = 0; run < plan.runs(); run++) {
            List<String> order = new ArrayList<>(runs.keySet());
            if (run % 2 == 1) {
                Collections.reverse(order);
            }
            for (String peer : order) {
                if (!failures.containsKey(peer)) {
                    runOnce(peer, run);
                }
            }
        }
        return runs.keySet().stream().map(this::result).toList();
    }

    private void runOnce(String peer, int run) throws InterruptedException {
        try {
            PeerResult.Run measured = transfer(peer);
            runs.get(peer).add(measured);
            if (noteRuns) {
                notes.printf(
                        "run %d of %d: %s %.0f Mbit/s%n",
                        run + 1, plan.runs(), peer, measured.receiver().megabitsPerSecond());
            }
        } catch (PeerFailedException e) {
            failures.put(peer, e.getMessage());
        } catch (IOException e) {
            failures.put(peer, "the child processes could not be run: " + e.getMessage());
        }
    }

    private PeerResult.Run transfer(String peer) throws IOException, PeerFailedException, InterruptedException {
        Path folder = Files.createTempDirectory("parcel-perf-");
        try (ForkedEnd receiver = ForkedEnd.startReceiver(folder, peer, plan.window())) {
            String port = receiver.await(ChildProtocol.PORT).split(" ")[1];
            try (ForkedEnd sender = ForkedEnd.startSender(folder, peer, plan.window(), port, receiver)) {
                // The receiver is asked first, because its figure is the result; a sender's error arrives there too.
                Measurement received = ChildProtocol.parseResult(receiver.await(ChildProtocol.RESULT));
                Measurement sent = ChildProtocol.parseResult(sender.await(ChildProtocol.RESULT));
                return new PeerResult.Run(sent, received);
            }
        } finally {
            delete(folder);
        }
    }

    private PeerResult result(String peer) {
        String failure = failures.get(peer);
        if (failure != null) {
            return PeerResult.failed(peer, failure);
        }
        List<PeerResult.Run> ofLibudt = runs.getOrDefault(LibudtPeer.NAME, List.of());
        boolean isLibudtMeasured = !ofLibudt.isEmpty() && !failures.containsKey(LibudtPeer.NAME);
        double libudtMegabitsPerSecond = isLibudtMeasured
                ? PeerResult.ofRuns(LibudtPeer.NAME, ofLibudt, 1).megabitsPerSecond()
                : Double.NaN;
        return PeerResult.ofRuns(peer, runs.get(peer), libudtMegabitsPerSecond);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }
}
