package io.parcelnode.perf.wan;

import io.parcelnode.perf.PeerFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Runs one transfer and measures it from outside. */
final class WanMeasurement {
    /** A transfer that has delivered nothing more for this long is stuck. */
    private static final long STALL_NS = TimeUnit.SECONDS.toNanos(60);

    private static final long POLL_MS = 50;

    /** Asking what has arrived may cost a process. */
    private static final long ASK_NS = TimeUnit.SECONDS.toNanos(1);

    private final Path linkProgram;
    private final Duration timeout;

    WanMeasurement(Path linkProgram, Duration timeout) {
        this.linkProgram = linkProgram;
        this.timeout = timeout;
    }

    WanRun run(WanPeer peer, WanCell cell, long seed, Path file, long bytes, Path scratch)
            throws IOException, PeerFailedException, InterruptedException {
        try (WanLink link = WanLink.start(linkProgram, cell.linkOptions(seed), scratch)) {
            WanTransfer transfer = peer.begin(new TransferContext(link, cell, file, bytes, scratch));
            try (EndProcess server = transfer.startServer()) {
                double serverCpuBefore = server.cpuSeconds();
                double linkCpuBefore = link.cpuSeconds();
                long startNs = System.nanoTime();
                try (EndProcess client = transfer.startClient()) {
                    boolean isDone = awaitEnd(transfer, startNs);
                    long stoppedNs = System.nanoTime();
                    if (!isDone) {
                        transfer.stop();
                    }
                    Delivery delivery = transfer.delivered();
                    if (delivery.bytes() == 0) {
                        throw new PeerFailedException("nothing delivered in " + timeout.toSeconds() + " s");
                    }
                    double wallSeconds = ((isDone ? transfer.endedNs() : stoppedNs) - startNs) / 1e9;
                    double cpuSeconds = server.cpuSeconds() - serverCpuBefore + client.cpuSeconds();
                    double linkCpuSeconds = link.cpuSeconds() - linkCpuBefore;
                    long sentBytes = link.sentAtLeftBytes();
                    return new WanRun(
                            delivery.bytes(),
                            Double.isNaN(delivery.seconds()) ? wallSeconds : delivery.seconds(),
                            transfer.reportedMegabitsPerSecond(),
                            wallSeconds,
                            cpuSeconds,
                            linkCpuSeconds,
                            sentBytes,
                            !isDone,
                            link.down());
                }
            }
        }
    }

    /** @return false when the time was over first */
    private boolean awaitEnd(WanTransfer transfer, long startNs)
            throws IOException, PeerFailedException, InterruptedException {
        long deliveredBytes = 0;
        long deliveredNs = startNs;
        long askedNs = startNs;
        while (!transfer.isDone()) {
            long nowNs = System.nanoTime();
            if (nowNs - askedNs >= ASK_NS) {
                askedNs = nowNs;
                long bytes = transfer.delivered().bytes();
                deliveredNs = bytes > deliveredBytes ? nowNs : deliveredNs;
                deliveredBytes = Math.max(bytes, deliveredBytes);
            }
            if (nowNs - deliveredNs >= STALL_NS) {
                throw new PeerFailedException("no progress for " + TimeUnit.NANOSECONDS.toSeconds(STALL_NS) + " s, "
                        + deliveredBytes + " bytes delivered until then");
            }
            if (nowNs - startNs >= timeout.toNanos()) {
                return false;
            }
            Thread.sleep(POLL_MS);
        }
        return true;
    }
}
