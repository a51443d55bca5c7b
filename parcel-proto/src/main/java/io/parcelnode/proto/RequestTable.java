package io.parcelnode.proto;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The requests of one session that are open in the server, and whether it takes more. Thread-safe. */
final class RequestTable {
    private static final Duration BUSY_RETRY = Duration.ofSeconds(1);

    private final int requestsMax;
    private final ServerStopwatch stopwatch;
    // Guarded by this.
    private final Map<Integer, ServedRequest> requests = new HashMap<>();
    private int tasksAlive;
    private Duration leaving;
    private boolean closed;

    RequestTable(int requestsMax, ServerStopwatch stopwatch) {
        this.requestsMax = requestsMax;
        this.stopwatch = stopwatch;
    }

    /**
     * Takes a request up.
     *
     * @return null when it is, else the frame that refuses it; an empty one if nobody waits for an answer
     */
    synchronized byte[] add(ServedRequest request) throws SessionException {
        if (closed) {
            return new byte[0];
        }
        if (requests.size() >= requestsMax) {
            throw new SessionException(
                    "the client opened a request more than the " + requestsMax + " it may have open at once");
        }
        // Cancelled requests whose sources have not let go yet count as well, or cancelling would be a way round.
        if (tasksAlive >= 2 * requestsMax) {
            return busy(request.requestId(), tasksAlive + " requests are still being closed; try again");
        }
        if (leaving != null) {
            return leavingRefusal(request.requestId());
        }
        requests.put(request.requestId(), request);
        tasksAlive++;
        stopwatch.onOpen(1);
        return null;
    }

    /** Null for one that has ended. */
    synchronized ServedRequest get(int requestId) {
        return requests.get(requestId);
    }

    /** Returns whether the request was still open: exactly one caller gets to end it. */
    synchronized boolean forget(ServedRequest request) {
        return requests.remove(request.requestId(), request);
    }

    /** The source of a request has let go. */
    synchronized void onTaskEnded() {
        tasksAlive--;
        stopwatch.onOpen(-1);
    }

    synchronized int size() {
        return requests.size();
    }

    /** Takes no more. */
    synchronized void leave(Duration retryAfter) {
        leaving = retryAfter;
    }

    /** Refusals of all that are open, if the server is leaving: they are not lost, the client asks for the rest later. */
    synchronized List<byte[]> refusals() {
        List<byte[]> frames = new ArrayList<>();
        if (leaving != null) {
            requests.keySet().forEach(requestId -> frames.add(leavingRefusal(requestId)));
        }
        return frames;
    }

    /** False the second time. */
    synchronized boolean close() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    void cancelAll() {
        List<ServedRequest> open;
        synchronized (this) {
            open = new ArrayList<>(requests.values());
            requests.clear();
        }
        open.forEach(ServedRequest::cancel);
    }

    static byte[] busy(int requestId, String text) {
        return Frames.failure(requestId, FailureKind.BUSY, 0, text, BUSY_RETRY);
    }

    private byte[] leavingRefusal(int requestId) {
        return Frames.failure(
                requestId,
                FailureKind.BUSY,
                0,
                "the server takes no more requests on this connection; come back in " + leaving.toSeconds() + " s",
                leaving);
    }
}
