package io.parcelnode.node.source;

import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import io.parcelnode.proto.SourceLatency;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import okhttp3.Response;

/**
 * A file from an endpoint without ranges: one response, read as the client takes it. A wanted offset is reached by
 * reading past what comes before it.
 */
final class StreamedFile implements ServedFile {
    private final Response response;
    private final FileInfo info;
    private final OpenRequest request;
    private final LatencyMeter latencies;
    private long leftBytes;
    private boolean skipped;

    StreamedFile(Response response, FileInfo info, OpenRequest request, LatencyMeter latencies) throws IOException {
        this.response = response;
        this.info = info;
        this.request = request;
        this.latencies = latencies;
        if (info.sizeBytes() >= 0) {
            Requests.requireRange(request, info.sizeBytes());
        }
        leftBytes = request.lengthBytes() < 0 ? Long.MAX_VALUE : request.lengthBytes();
    }

    @Override
    public FileInfo info() {
        return info;
    }

    @Override
    public SourceLatency sourceLatency() {
        return latencies.latency();
    }

    @Override
    public void awaitBytes() throws IOException {
        try {
            skipOnce();
            if (leftBytes > 0) {
                response.body().source().request(1);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        try {
            skipOnce();
            if (leftBytes == 0) {
                return -1;
            }
            int limit = target.limit();
            target.limit((int) Math.min(limit, target.position() + leftBytes));
            int length = response.body().source().read(target);
            target.limit(limit);
            leftBytes -= Math.max(0, length);
            return length;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private void skipOnce() throws IOException {
        if (!skipped) {
            response.body().source().skip(request.offsetBytes());
            skipped = true;
        }
    }

    private static RequestFailedException failure(IOException e) {
        return new RequestFailedException(
                FailureKind.UPSTREAM,
                200,
                e instanceof EOFException
                        ? "the endpoint's answer ended before all of the file had come"
                        : "the endpoint broke off its answer: " + e.getMessage());
    }

    @Override
    public void close() {
        response.close();
    }
}
