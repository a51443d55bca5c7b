package io.parcelnode.proto;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A client's requests: those that the server has, and those that wait for their turn because it takes no more at a time.
 * Used with the lock of their session only.
 */
final class ClientRequests {
    private final SealedWriter writer;
    private final Map<Integer, RemoteFile> open = new HashMap<>();
    private final ArrayDeque<RemoteFile> waiting = new ArrayDeque<>();
    private int openMax = Limits.REQUESTS_BEFORE_GRANT;
    private int lastId;

    ClientRequests(SealedWriter writer) {
        this.writer = writer;
    }

    /** Sends it, or lets it wait for its turn. */
    void add(RemoteFile file) throws SessionException {
        waiting.addLast(file);
        sendWaiting();
    }

    /** So many may be open at a time from now on. */
    void openMax(int most) throws SessionException {
        openMax = most;
        sendWaiting();
    }

    void sendCredit(RemoteFile file, int moreBytes) {
        if (open.get(file.requestId) == file) {
            trySend(Frames.credit(file.requestId, moreBytes));
        }
    }

    void raiseCredit(RemoteFile file, int bytes) {
        int more = file.growCredit(bytes);
        // A request that still waits its turn in here is sent with its new credit.
        if (more > 0) {
            sendCredit(file, more);
        }
    }

    void cancel(RemoteFile file) {
        if (file.requestId == 0) {
            waiting.remove(file);
        } else if (open.remove(file.requestId, file)) {
            trySend(Frames.cancel(file.requestId));
            try {
                sendWaiting();
            } catch (SessionException e) {
                return; // As for the frame above.
            }
        }
    }

    /** Null for a request that was cancelled while this frame was on its way. */
    RemoteFile of(int frameType, int requestId) throws SessionException {
        if (requestId < 1 || requestId > lastId) {
            throw new SessionException("the server sent frame type " + frameType + " for request " + requestId
                    + ", which was never opened");
        }
        return open.get(requestId);
    }

    /** The server has said its last word about it. */
    void onEnded(int requestId) throws SessionException {
        open.remove(requestId);
        sendWaiting();
    }

    /** What has not been sent is not sent any more. */
    List<RemoteFile> takeWaiting() {
        List<RemoteFile> taken = new ArrayList<>(waiting);
        waiting.clear();
        return taken;
    }

    List<RemoteFile> takeAll() {
        List<RemoteFile> taken = new ArrayList<>(open.values());
        open.clear();
        taken.addAll(takeWaiting());
        return taken;
    }

    private void sendWaiting() throws SessionException {
        while (open.size() < openMax && !waiting.isEmpty()) {
            RemoteFile file = waiting.removeFirst();
            file.requestId = ++lastId;
            open.put(file.requestId, file);
            for (byte[] frame : Frames.open(file.requestId, file.request(), file.creditBytes())) {
                writer.sendNow(frame);
            }
        }
    }

    /** A session that cannot send any more has told its files so, and the loss of this frame means nothing. */
    private void trySend(byte[] frame) {
        try {
            writer.sendNow(frame);
        } catch (SessionException e) {
            return;
        }
    }
}
