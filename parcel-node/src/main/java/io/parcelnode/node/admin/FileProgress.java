package io.parcelnode.node.admin;

import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.serve.LiveTransfer;
import io.parcelnode.node.serve.TransferResult;
import java.util.HashSet;
import java.util.Set;

/**
 * A file that a session is at. A client asks for a large one in slices, several at a time, and may let go of one whose
 * rest another stream has taken: to people all of them are one download. Guarded by its {@link ClientSession}.
 */
final class FileProgress {
    /** A client that does not ask for more of the file for so long has what it wanted. */
    private static final long PAUSE_MAX_MS = 3_000;

    private static final double SMOOTHING = 0.3;

    private final String id;
    private final long startedMs;
    private final long sizeBytes;
    private final Set<LiveTransfer> open = new HashSet<>();
    private long endedBytes;
    private long countedBytes;
    private long pausedMs;
    private boolean wantsBytes;
    private TransferResult lastResult;
    private String lastReason;
    private long sampledBytes;
    private long sampledNs;
    private double bitsPerSecond;

    /** @param streams requests that are served side by side */
    record Figures(String file, long startedMs, long sizeBytes, long servedBytes, double bitsPerSecond, int streams) {}

    FileProgress(LiveTransfer first) {
        id = FileIds.printable(first.request().fileId());
        startedMs = first.startedAt().toEpochMilli();
        sizeBytes = first.info().sizeBytes();
    }

    void onStarted(LiveTransfer transfer) {
        open.add(transfer);
        // One byte is what it costs to ask about a file.
        wantsBytes |= transfer.request().lengthBytes() < 0 || transfer.request().lengthBytes() > 1;
    }

    void onEnded(LiveTransfer transfer, TransferResult result, Exception cause, long nowMs) {
        if (!open.remove(transfer)) {
            return;
        }
        endedBytes += transfer.bytes();
        lastResult = result;
        lastReason = cause == null ? null : Words.shortened(Messages.onOneLine(Messages.of(cause)));
        pausedMs = nowMs;
    }

    boolean isPaused() {
        return open.isEmpty();
    }

    boolean isPausedSince(long nowMs) {
        return open.isEmpty() && nowMs - pausedMs >= PAUSE_MAX_MS;
    }

    /** Nothing more will be asked for: it has been served whole. */
    boolean isOver() {
        return open.isEmpty() && (servedBytes() >= sizeBytes && sizeBytes >= 0 || !wantsBytes);
    }

    /** The client wanted to know about the file, and none of it. */
    boolean isEmptyRequest() {
        return !wantsBytes;
    }

    /** Served and not yet told by this. */
    long takeNewBytes() {
        long newBytes = servedBytes() - countedBytes;
        countedBytes += newBytes;
        return newBytes;
    }

    void sample(long nowNs) {
        long bytes = servedBytes();
        if (sampledNs > 0 && nowNs > sampledNs) {
            double now = (bytes - sampledBytes) * 8e9 / (nowNs - sampledNs);
            bitsPerSecond = bitsPerSecond == 0 ? now : bitsPerSecond + SMOOTHING * (now - bitsPerSecond);
        }
        sampledBytes = bytes;
        sampledNs = nowNs;
    }

    Figures figures() {
        return new Figures(id, startedMs, sizeBytes, servedBytes(), bitsPerSecond, open.size());
    }

    RecentFile result(String client, long nowMs, long rttMicros, Double sentAgain) {
        boolean whole = sizeBytes >= 0 && servedBytes() >= sizeBytes;
        String result = whole || lastResult == TransferResult.COMPLETE
                ? RecentFile.COMPLETE
                : lastResult == TransferResult.FAILED ? RecentFile.FAILED : RecentFile.STOPPED;
        String reason = result.equals(RecentFile.FAILED) ? lastReason : null;
        long endMs = isPaused() ? pausedMs : nowMs;
        return new RecentFile(
                startedMs, endMs, id, client, sizeBytes, servedBytes(), result, reason, rttMicros, sentAgain);
    }

    private long servedBytes() {
        long bytes = endedBytes;
        for (LiveTransfer transfer : open) {
            bytes += transfer.bytes();
        }
        return bytes;
    }
}
