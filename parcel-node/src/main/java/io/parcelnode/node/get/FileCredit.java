package io.parcelnode.node.get;

import io.parcelnode.node.cli.ByteBudget;
import java.io.Closeable;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * How far the server may send ahead of the file that is being written: four times what comes in a round trip, within
 * what all files share. A slow disk or a short path keeps it small; a long, fast path finds it grown before it is full.
 *
 * <p>Used by one worker.
 */
final class FileCredit implements Closeable {
    private static final int START_BYTES = 4 << 20;
    private static final int CREDIT_MAX_BYTES = 1 << 30;

    private final ByteBudget budget;
    private final int waitingBytes;
    private final LongSupplier roundTripNs;
    private final IntConsumer raise;
    private long reservedBytes;
    private long sinceBytes;
    private long sinceNs;

    /**
     * @param budget shared with the other files
     * @param waitingBytes what the request has had already, outside the budget
     * @param roundTripNs to the server; asked for about twice a credit
     * @param raise told the whole credit whenever it has grown
     */
    FileCredit(ByteBudget budget, int waitingBytes, LongSupplier roundTripNs, IntConsumer raise) {
        this.budget = budget;
        this.waitingBytes = waitingBytes;
        this.roundTripNs = roundTripNs;
        this.raise = raise;
    }

    /** The file's turn has come. */
    void start(long nowNs) {
        sinceNs = nowNs;
        grow(START_BYTES);
    }

    /** @param receivedBytes of the file so far */
    void onReceived(long receivedBytes, long nowNs) {
        if (receivedBytes - sinceBytes < creditBytes() / 2) {
            return;
        }
        // Half of it within two round trips: a quarter of it, or more, comes in one.
        if (nowNs - sinceNs < 2 * roundTripNs.getAsLong()) {
            grow(creditBytes());
        }
        sinceBytes = receivedBytes;
        sinceNs = nowNs;
    }

    long creditBytes() {
        return waitingBytes + reservedBytes;
    }

    @Override
    public void close() {
        budget.release(reservedBytes);
        reservedBytes = 0;
    }

    private void grow(long wantedBytes) {
        long moreBytes = budget.reserve(Math.min(wantedBytes, CREDIT_MAX_BYTES - creditBytes()));
        if (moreBytes > 0) {
            reservedBytes += moreBytes;
            raise.accept((int) creditBytes());
        }
    }
}
