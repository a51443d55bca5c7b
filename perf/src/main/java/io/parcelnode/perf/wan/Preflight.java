package io.parcelnode.perf.wan;

import io.parcelnode.perf.PeerFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** Sends plain datagrams at a cell's rate through the link without its faults. */
final class Preflight {
    private static final double SECONDS = 3;

    /** At the very rate of the bottleneck the smallest difference of two clocks would fill a queue. */
    private static final double RATE_SHARE = 0.99;

    private static final long READY_MS = 30_000;
    private static final long SEND_MS = 30_000;
    private static final long DRAIN_MS = 1_000;

    private Preflight() {}

    static Qualification run(Path linkProgram, WanCell cell, Path scratch)
            throws IOException, PeerFailedException, InterruptedException {
        try (WanLink link = WanLink.start(linkProgram, cell.plainLinkOptions(), scratch)) {
            String port = Integer.toString(WanPeer.PORT);
            List<String> receive = WanChildMain.command(WanChildMain.BLAST_RECEIVE, link.rightAddress(), port);
            try (EndProcess receiver = EndProcess.start("blast-receiver", link.right(), receive, scratch, line -> {})) {
                receiver.await(WanChildMain.LISTENING::equals, READY_MS);
                List<String> send = WanChildMain.command(
                        WanChildMain.BLAST_SEND,
                        link.rightAddress(),
                        port,
                        Long.toString((long) (RATE_SHARE * cell.rateBits())),
                        Double.toString(SECONDS));
                double cpuBefore = link.cpuSeconds();
                try (EndProcess sender = EndProcess.start("blast-sender", link.left(), send, scratch, line -> {})) {
                    String[] sent =
                            sender.await(startsWith(Blaster.SENT), SEND_MS).split(" ");
                    double cores = (link.cpuSeconds() - cpuBefore) / (SECONDS + Blaster.WARM_UP_S);
                    // What is under way arrives, and the receiver says so.
                    Thread.sleep(cell.rtt().toMillis() + DRAIN_MS);
                    return new Qualification(
                            Long.parseLong(sent[1]),
                            received(receiver),
                            Double.parseDouble(sent[2]),
                            RATE_SHARE * cell.rateBits() / 1e6,
                            cores);
                }
            }
        }
    }

    private static long received(EndProcess receiver) {
        String last = receiver.lastLineThat(startsWith(Blaster.RECEIVED));
        return last == null ? 0 : Long.parseLong(last.split(" ")[1]);
    }

    private static Predicate<String> startsWith(String keyword) {
        return line -> line.startsWith(keyword);
    }
}
