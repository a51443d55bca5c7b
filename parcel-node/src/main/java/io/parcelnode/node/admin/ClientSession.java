package io.parcelnode.node.admin;

import io.parcelnode.node.serve.LiveSession;
import io.parcelnode.node.serve.LiveTransfer;
import io.parcelnode.node.serve.TransferResult;
import io.parcelnode.proto.ServerTimes;
import io.parcelnode.udt.UdtStats;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One session as the page shows it: its rates, and the files that it is at. Thread-safe. */
final class ClientSession {
    /** Files between two requests that are kept in mind; beyond that, the one that is so for longest is over. */
    private static final int PAUSED_MAX = 256;

    private final LiveSession session;
    private final Traffic traffic;
    private final RecentFiles recent;
    private final Clock clock;
    // Guarded by this.
    private final Map<String, FileProgress> files = new LinkedHashMap<>();
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
        // At the end of the map stand those that were busy last.
        FileProgress file = files.remove(id);
        if (file == null) {
            file = new FileProgress(transfer);
        }
        file.onStarted(transfer);
        files.put(id, file);
        if (files.size() > PAUSED_MAX) {
            dropOldestPaused();
        }
    }

    synchronized void onEnded(LiveTransfer transfer, TransferResult result, Exception cause) {
        String id = transfer.request().fileId();
        FileProgress file = files.get(id);
        if (file == null) {
            return;
        }
        file.onEnded(transfer, result, cause, clock.millis());
        if (file.isOver() || ended && file.isPaused()) {
            files.remove(id);
            record(file);
        }
    }

    /** Once a second. Waits for the thread that serves the port. */
    void sample(long nowNs) {
        UdtStats now = session.transport();
        synchronized (this) {
            if (ended) {
                return;
            }
            take(now, nowNs);
            long nowMs = clock.millis();
            files.values().removeIf(file -> {
                boolean over = file.isPausedSince(nowMs);
                if (over) {
                    record(file);
                }
                return over;
            });
            files.values().forEach(file -> file.sample(nowNs));
        }
    }

    /** The last figures of its connection count as well. */
    void end() {
        UdtStats now = session.transport();
        synchronized (this) {
            take(now, lastNs);
            ended = true;
            files.values().removeIf(file -> {
                if (file.isPaused()) {
                    record(file);
                }
                return file.isPaused();
            });
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
                files.values().stream()
                        .filter(file -> !file.isEmptyRequest())
                        .map(FileProgress::figures)
                        .toList());
    }

    private void take(UdtStats now, long nowNs) {
        traffic.onTimes(lastTimes, lastTimes = session.times());
        long sealingNs = session.sealing().toNanos();
        traffic.sealingNs.add(sealingNs - lastSealingNs);
        lastSealingNs = sealingNs;
        for (FileProgress file : files.values()) {
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

    private void dropOldestPaused() {
        List<Map.Entry<String, FileProgress>> all = new ArrayList<>(files.entrySet());
        for (Map.Entry<String, FileProgress> entry : all) {
            if (entry.getValue().isPaused()) {
                files.remove(entry.getKey());
                record(entry.getValue());
                return;
            }
        }
    }

    private void record(FileProgress file) {
        traffic.onFileBytes(file.takeNewBytes());
        if (!file.isEmptyRequest()) {
            Double sentAgain = last == null || last.packetsSent() == 0
                    ? null
                    : (double) last.packetsRetransmitted() / last.packetsSent();
            recent.add(
                    file.result(Words.client(session), clock.millis(), last == null ? 0 : last.rttMicros(), sentAgain));
        }
    }
}
