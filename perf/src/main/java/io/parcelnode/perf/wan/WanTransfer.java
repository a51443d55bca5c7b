package io.parcelnode.perf.wan;

import io.parcelnode.perf.PeerFailedException;
import java.io.IOException;

/** One transfer of one peer over a link of its own. The client is the end that starts it, wherever the data goes. */
interface WanTransfer {
    /** Returns when the server may be connected to. */
    EndProcess startServer() throws IOException, PeerFailedException, InterruptedException;

    EndProcess startClient() throws IOException;

    /** Whether everything has arrived and been checked. A program that has ended otherwise is a failure. */
    boolean isDone() throws IOException, PeerFailedException;

    /** What has arrived until now. */
    Delivery delivered() throws IOException, PeerFailedException, InterruptedException;

    /** Ends a transfer that takes too long; {@link #delivered} is asked once more afterwards. */
    void stop() throws InterruptedException;

    /** The rate by the peer's own account, which leaves out its own way of starting and ending; NaN without one. */
    default double reportedMegabitsPerSecond() {
        return Double.NaN;
    }

    /** When the last program that counts had ended; asked after {@link #isDone}. */
    long endedNs();
}
