package io.parcelnode.node.get;

import io.parcelnode.node.get.FinishedFiles.Finished;
import io.parcelnode.proto.OpenRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One wanted file, over as many connections as it takes: what is known of it, and what has come. Used by one worker at a
 * time; the counters, {@link #sizeBytes} and {@link #path} are for any thread.
 */
final class Download {
    /** Up to here a file comes in one request and has no journal. */
    static final long SMALL_BYTES = PieceMap.PIECE_BYTES;
    /** What the first request for a file asks for, when its size is not known yet. */
    static final long FIRST_BYTES = 8 << 20;

    private static final int CHANGES_MAX = 5;
    private static final int FRUITLESS_MAX = 3;
    private static final int FORBIDDEN_MAX = 3;

    /** What the next request for it is meant to bring. */
    enum Ask {
        /** Only what the server says of it. */
        INFO,
        /** Its beginning, or all of it if it is small. */
        BEGINNING,
        /** All of it in one answer, because parts of it could not be told from a changed file's. */
        ALL
    }

    private final WantedFile wanted;
    private final List<Download> twins = new ArrayList<>();
    private final AtomicLong receivedBytes = new AtomicLong();
    private final AtomicLong fetchedBytes = new AtomicLong();
    private volatile long sizeBytes = -1;
    private volatile Path path;
    private long askedNs;
    private Finished finished;
    private Download twin;
    private LargeFile large;
    private boolean inOneAnswer;
    private boolean already;
    private boolean started;
    private String sha256Hex;
    private int changes;
    private int fruitless;
    private long receivedAtFailure;
    private int forbidden;

    Download(String id) {
        this(WantedFile.of(id));
    }

    Download(WantedFile wanted) {
        this.wanted = wanted;
        sizeBytes = wanted.sizeBytes();
    }

    String id() {
        return wanted.id();
    }

    WantedFile wanted() {
        return wanted;
    }

    /** Bytes of the file that are here. */
    long receivedBytes() {
        return receivedBytes.get();
    }

    /** Bytes that crossed the network for it. */
    long fetchedBytes() {
        return fetchedBytes.get();
    }

    /** -1 while unknown. */
    long sizeBytes() {
        return sizeBytes;
    }

    void sizeBytes(long bytes) {
        sizeBytes = bytes;
    }

    /** Where it goes, null until the server has told its name. */
    Path path() {
        return path;
    }

    void path(Path newPath) {
        path = newPath;
    }

    String sha256Hex() {
        return sha256Hex;
    }

    void sha256Hex(String hex) {
        sha256Hex = hex;
    }

    void onAsked(long nowNs) {
        if (askedNs == 0) {
            askedNs = nowNs;
        }
    }

    double seconds(long nowNs) {
        return askedNs == 0 ? 0 : (nowNs - askedNs) / 1e9;
    }

    Ask ask() {
        if (finished != null || twin != null) {
            return Ask.INFO;
        }
        return inOneAnswer ? Ask.ALL : Ask.BEGINNING;
    }

    OpenRequest request(Ask ask, String token) {
        long lengthBytes =
                switch (ask) {
                    case INFO -> 0;
                    case BEGINNING -> FIRST_BYTES;
                    case ALL -> -1;
                };
        return new OpenRequest(id(), token, 0, lengthBytes, null);
    }

    /** Only the whole file in one answer will do. */
    void wantInOneAnswer() {
        inOneAnswer = true;
    }

    /** The record of an earlier run that has finished it, null if there is none that could hold. */
    Finished finished() {
        return finished;
    }

    void finished(Finished record) {
        finished = record;
    }

    /** Others of the same content, which wait for this one. */
    List<Download> twins() {
        return twins;
    }

    /** A finished one of the same content, null if there is none. */
    Download twin() {
        return twin;
    }

    void twin(Download finishedTwin) {
        twin = finishedTwin;
    }

    /** Null while it is not known to be large, or not begun. */
    LargeFile large() {
        return large;
    }

    void large(LargeFile file) {
        large = file;
        if (file != null) {
            path = file.target();
            sizeBytes = file.identity().sizeBytes();
            receivedBytes.set(file.map().hereBytes());
        }
    }

    boolean isAlready() {
        return already;
    }

    /** It was here before this run. */
    void onAlready(long bytes, String sha256) {
        already = true;
        sizeBytes = bytes;
        receivedBytes.set(bytes);
        sha256Hex = sha256;
    }

    /** True the first time. */
    boolean onStarted() {
        boolean first = !started;
        started = true;
        return first;
    }

    void onReceived(int bytes) {
        receivedBytes.addAndGet(bytes);
        fetchedBytes.addAndGet(bytes);
    }

    /** Some of what was here is of no use. */
    void onLost(long bytes) {
        receivedBytes.addAndGet(-bytes);
    }

    void onNothingHere() {
        receivedBytes.set(0);
    }

    /** An earlier run has left that much. */
    void onHere(long bytes) {
        receivedBytes.set(bytes);
    }

    /** False if it is not worth starting again: a file that changes all the time would keep us for ever. */
    boolean mayStartAgain() {
        return ++changes <= CHANGES_MAX;
    }

    /** The endpoint failed, after having given some of it: it may do so again. Attempts that bring it on do not count. */
    boolean mayAskAgain() {
        boolean progressed = receivedBytes() > receivedAtFailure;
        receivedAtFailure = Math.max(receivedAtFailure, receivedBytes());
        fruitless = progressed ? 0 : fruitless + 1;
        return fetchedBytes() > 0 && fruitless < FRUITLESS_MAX;
    }

    /** Another token may have the right that the last one lacked. */
    boolean mayTryAnotherToken() {
        return ++forbidden <= FORBIDDEN_MAX;
    }

    /** Ends without a result; a later run goes on from what is journaled. */
    void abandon() throws IOException, InterruptedException {
        LargeFile file = large;
        large = null;
        if (file != null) {
            file.abandon();
        }
    }

    /** Ends without a result and leaves nothing behind. */
    void discard() throws IOException, InterruptedException {
        LargeFile file = large;
        large = null;
        if (file != null) {
            file.discard();
        }
        onNothingHere();
    }
}
