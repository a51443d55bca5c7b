package io.parcelnode.node.serve;

import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.SourceLatency;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * One request that is being served, as it is now. Written by the thread that serves it, read by any.
 *
 * <p>It holds the request with its token for as long as it lives: nothing of the token may be kept beyond that, or
 * printed.
 */
public final class LiveTransfer {
    private final LiveSession session;
    private final OpenRequest request;
    private final FileInfo info;
    private final Instant startedAt;
    private final Supplier<SourceLatency> sourceLatency;
    private volatile long bytes;
    private volatile byte[] sha256;

    LiveTransfer(
            LiveSession session,
            OpenRequest request,
            FileInfo info,
            Instant startedAt,
            Supplier<SourceLatency> sourceLatency) {
        this.session = session;
        this.request = request;
        this.info = info;
        this.startedAt = startedAt;
        this.sourceLatency = sourceLatency;
    }

    public LiveSession session() {
        return session;
    }

    public OpenRequest request() {
        return request;
    }

    public FileInfo info() {
        return info;
    }

    /** When the request reached its file's source. */
    public Instant startedAt() {
        return startedAt;
    }

    public SourceLatency sourceLatency() {
        return sourceLatency.get();
    }

    /** Read from the source and handed to the session so far. */
    public long bytes() {
        return bytes;
    }

    /** Of the bytes served; null until all that were asked for have been. */
    public byte[] sha256() {
        byte[] digest = sha256;
        return digest == null ? null : digest.clone();
    }

    /** By the reading thread alone. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    void addBytes(int count) {
        bytes += count;
    }

    void sha256(byte[] digest) {
        sha256 = digest;
    }
}
