package io.parcelnode.node.admin;

import io.parcelnode.node.serve.LiveSession;
import io.parcelnode.node.serve.LiveTransfer;
import io.parcelnode.node.serve.TransferResult;
import io.parcelnode.proto.ServerTimes;
import io.parcelnode.udt.UdtStats;
import java.time.Clock;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** One session as the page shows it: its rates, and the files that it is at. Thread-safe. */
final class ClientSession {
    /** Files between two requests that are kept in mind; beyond that, the oldest is over. */
    private static final int PAUSED_MAX = 256;

    private final LiveSession session;
    private final Traffic traffic;
    private final RecentFiles recent;
    private final Clock clock;
    // Guarded by this.
    private final Map<String, FileProgress> active = new HashMap<>();
    /** Between two requests, the one that is so for longest first. */
    private final Map<String, FileProgress> paused = new LinkedHashMap<>();

    private UdtStats last;
    private long lastNs;
    private ServerTimes lastTimes = ServerTimes.NONE;
    private long lastSealingNs;
    private boolean ended;
    private double deliveredBitsPerSecond;
    private long packetsSentLately;
    private long packetsSentAgainLately;

    /**
     * The session during the last second.
     *
     * @param rttMicros 0 when nothing was sent
     * @param files those that are being fetched
     */
    record Figures(
            String client,
            long startedMs,
            double deliveredBitsPerSecond,
            long rttMicros,
            long packetsSent,
            long packetsSentAgain,
            long bytesDelivered,
            List<FileProgress.Figures> files) {}

    ClientSession(LiveSession session, Traffic traffic, RecentFiles recent, Clock clock, long startNs) {
        this.session = session;
        this.traffic = traffic;
        this.recent = recent;
        this.clock = clock;
        lastNs = startNs;
    }

    synchronized void onStarted(LiveTransfer transfer) {
        String id = transfer.request().fileId();
        FileProgress file = active.get(id);
        if (file == null) {
            FileProgress before = paused.remove(id);
            file = before == null ? new FileProgress(transfer) : before;
            active.put(id, file);
        }
        file.onStarted(transfer);
    }

    synchronized void onEnded(LiveTransfer transfer, TransferResult result, Exception cause) {
        String id = transfer.request().fileId();
        FileProgress file = active.get(id);
        if (file == null) {
            return;
        }
        file.onEnded(transfer, result, cause, clock.millis());
        traffic.onFileBytes(file.takeNewBytes());
        if (!file.isPaused()) {
            return;
        }
        active.remove(id);
        if (file.isOver() || ended) {
            record(file);
            return;
        }
        paused.put(id, file);
        if (paused.size() > PAUSED_MAX) {
            Iterator<FileProgress> oldest = paused.values().iterator();
            record(oldest.next());
            oldest.remove();
        }
    }

    /** Before each {@link #sample}. */
    CompletableFuture<UdtStats> ask() {
        return session.transportSoon();
    }

    /** Once a second. Waits for what was asked. */
    void sample(CompletableFuture<UdtStats> asked, long nowNs) {
        UdtStats now = session.transport(asked);
        synchronized (this) {
            if (ended) {
                return;
            }
            take(now, nowNs);
            long nowMs = clock.millis();
            paused.values().removeIf(file -> {
                boolean over = file.isPausedSince(nowMs);
                if (over) {
                    record(file);
                }
                return over;
            });
            paused.values().forEach(file -> file.sample(nowNs));
            active.values().forEach(file -> file.sample(nowNs));
        }
    }

    /** The last figures of its connection count as well. */
    void end() {
        UdtStats now = session.transport();
        synchronized (this) {
            take(now, lastNs);
            ended = true;
            paused.values().forEach(this::record);
            paused.clear();
        }
    }

    synchronized Figures figures() {
        return new Figures(
                Words.client(session),
                session.startedAt().toEpochMilli(),
                deliveredBitsPerSecond,
                last == null || packetsSentLately == 0 ? 0 : last.rttMicros(),
                packetsSentLately,
                packetsSentAgainLately,
                last == null ? 0 : last.bytesAcknowledged(),
                Stream.concat(active.values().stream(), paused.values().stream())
                        .filter(file -> !file.isEmptyRequest())
                        .map(FileProgress::figures)
                        .toList());
    }

    private void take(UdtStats now, long nowNs) {
        ServerTimes times = session.times();
        traffic.onTimes(lastTimes, times);
        lastTimes = times;
        long sealingNs = session.sealing().toNanos();
        traffic.sealingNs.add(sealingNs - lastSealingNs);
        lastSealingNs = sealingNs;
        for (FileProgress file : active.values()) {
            traffic.onFileBytes(file.takeNewBytes());
        }
        if (now == null) {
            return;
        }
        traffic.onTransport(last, now);
        if (nowNs > lastNs) {
            boolean isFirst = last == null;
            long newBytes = now.bytesAcknowledged() - (isFirst ? 0 : last.bytesAcknowledged());
            deliveredBitsPerSecond = newBytes * 8e9 / (nowNs - lastNs);
            packetsSentLately = now.packetsSent() - (isFirst ? 0 : last.packetsSent());
            packetsSentAgainLately = now.packetsRetransmitted() - (isFirst ? 0 : last.packetsRetransmitted());
        }
        last = now;
        lastNs = nowNs;
    }

    private void record(FileProgress file) {
        if (!file.isEmptyRequest()) {
            Double sentAgain = last == null || last.packetsSent() == 0
                    ? null
                    : (double) last.packetsRetransmitted() / last.packetsSent();
            recent.add(
                    file.result(Words.client(session), clock.millis(), last == null ? 0 : last.rttMicros(), sentAgain));
        }
    }
}
