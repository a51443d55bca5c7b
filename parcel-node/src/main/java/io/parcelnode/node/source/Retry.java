package io.parcelnode.node.source;

import io.parcelnode.proto.RequestFailedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** How often a request to the endpoint is repeated: five attempts without any progress, with growing pauses. */
final class Retry {
    private static final int ATTEMPTS = 5;
    private static final long FIRST_PAUSE_MS = 200;

    private final EndpointPause pause;
    private int failures;

    Retry(EndpointPause pause) {
        this.pause = pause;
    }

    /** Any byte starts the count anew. */
    void onProgress() {
        failures = 0;
    }

    /** Pauses before the next attempt, or throws what the client shall hear. */
    void onFailure(EndpointException failure) throws RequestFailedException, InterruptedIOException {
        failures++;
        if (failures >= ATTEMPTS) {
            throw failure.asFinal();
        }
        pause.requireShort();
        long pauseMs = FIRST_PAUSE_MS << (failures - 1);
        try {
            // Spread out, so that parallel requests do not come back all at once.
            long spreadMs = pauseMs / 2 + ThreadLocalRandom.current().nextLong(pauseMs);
            Thread.sleep(spreadMs + TimeUnit.NANOSECONDS.toMillis(pause.leftNs() + 999_999));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting to ask the endpoint again");
        }
    }

    /** A body that broke off, as a failure that may pass. */
    static EndpointException broken(IOException e) {
        return e instanceof EndpointException known
                ? known
                : new EndpointException("the endpoint broke off its answer: " + e.getMessage(), 0, e);
    }
}
