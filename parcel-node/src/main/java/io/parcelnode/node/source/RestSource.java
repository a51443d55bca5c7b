package io.parcelnode.node.source;

import io.parcelnode.node.cli.ByteBudget;
import io.parcelnode.node.cli.FileIds;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.FileOpening;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import okhttp3.Response;

/**
 * Serves what a REST endpoint holds.
 *
 * <p>The first range request tells size and validator and brings the first bytes; the rest is read ahead by
 * {@link RangedFile}. An endpoint that answers without ranges is read as one stream, and so is one that tells no
 * validator: ranges of two versions of the file could not be told apart. Thread-safe.
 */
public final class RestSource implements FileProvider, Closeable {
    private final EndpointOptions options;
    private final Endpoint endpoint;
    private final ByteBudget budget;
    private final ChunkPool pool;
    private final RequestGate gate;
    private final ExecutorService fetchers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "endpoint-fetch");
        thread.setDaemon(true);
        return thread;
    });

    /** @throws IOException if the endpoint's trusted certificates cannot be read */
    public RestSource(EndpointOptions options) throws IOException {
        this.options = options;
        endpoint = new Endpoint(options);
        budget = new ByteBudget(options.readAheadBytes());
        pool = new ChunkPool(options.readAheadBytes() / 4);
        gate = new RequestGate(fetchers, options.limits());
    }

    @Override
    public ServedFile open(OpenRequest request) throws IOException {
        return begin(request).open();
    }

    @Override
    public FileOpening begin(OpenRequest request) {
        return begin(request, "");
    }

    @Override
    public FileProvider forClient(String client) {
        return new OfOneClient(client);
    }

    private FileOpening begin(OpenRequest request, String client) {
        RestOpening opening = new RestOpening();
        gate.submit(client, () -> opening.run(begun -> open(request, begun)));
        return opening;
    }

    private final class OfOneClient implements FileProvider {
        private final String client;

        OfOneClient(String client) {
            this.client = client;
        }

        @Override
        public ServedFile open(OpenRequest request) throws IOException {
            return begin(request).open();
        }

        @Override
        public FileOpening begin(OpenRequest request) {
            return RestSource.this.begin(request, client);
        }
    }

    private ServedFile open(OpenRequest request, RestOpening opening) throws IOException {
        String refusal = FileIds.refusal(request.fileId());
        if (refusal != null) {
            throw new RequestFailedException(
                    FailureKind.NOT_FOUND,
                    0,
                    "no such file: " + FileIds.printable(request.fileId()) + " (" + refusal + ")");
        }
        long firstEnd = request.offsetBytes() + options.rangeBytes();
        if (request.lengthBytes() >= 0) {
            // Who wants to know about a file only, costs the endpoint one byte.
            firstEnd = Math.min(firstEnd, request.offsetBytes() + Math.max(1, request.lengthBytes()));
        }
        Response response = getPatiently(request, request.offsetBytes(), firstEnd - 1, opening);
        try {
            Reply reply = Reply.of(response);
            if (reply.status() == 416) {
                return openAtEnd(request, reply, opening);
            }
            FileInfo info = reply.info(request.fileId());
            Requests.requireUnchanged(request, info.validator());
            if (reply.status() == 206
                    && reply.sizeBytes() >= 0
                    && !info.validator().isEmpty()) {
                if (reply.startBytes() != request.offsetBytes()) {
                    throw new RequestFailedException(
                            FailureKind.UPSTREAM, 206, "the endpoint answered with another range than asked for");
                }
                return new RangedFile(endpoint, fetchers, options, budget, pool, request, info, response);
            }
            if (reply.status() == 206) {
                response.close();
                response = getPatiently(request, -1, -1, opening);
                requireStatus(response, 200);
                info = Reply.of(response).info(request.fileId());
                Requests.requireUnchanged(request, info.validator());
            }
            return new StreamedFile(response, info, request);
        } catch (IOException | RuntimeException e) {
            response.close();
            throw e;
        }
    }

    @Override
    public void close() {
        endpoint.close();
        fetchers.shutdownNow();
    }

    private Response getPatiently(OpenRequest request, long from, long to, RestOpening opening) throws IOException {
        Retry retry = new Retry();
        while (true) {
            try {
                return endpoint.get(request.fileId(), request.token(), from, to, opening::remember);
            } catch (EndpointException e) {
                if (opening.isCancelled()) {
                    throw e;
                }
                retry.onFailure(e);
            }
        }
    }

    /** Nothing at or after the offset: an empty file, or one that the client has all of. */
    private ServedFile openAtEnd(OpenRequest request, Reply refusal, RestOpening opening) throws IOException {
        refusal.close();
        FileInfo info = refusal.info(request.fileId());
        if (request.offsetBytes() > 0) {
            // A refusal seldom tells the validator; the file's first byte comes with it.
            try (Response response = getPatiently(request, 0, 0, opening)) {
                if (response.code() != 200) {
                    requireStatus(response, 206);
                }
                info = Reply.of(response).info(request.fileId());
            }
            Requests.requireUnchanged(request, info.validator());
        }
        if (info.sizeBytes() >= 0) {
            Requests.requireRange(request, info.sizeBytes());
        }
        if (info.sizeBytes() != request.offsetBytes()) {
            throw new RequestFailedException(
                    FailureKind.UPSTREAM, 416, "the endpoint cannot serve from byte " + request.offsetBytes());
        }
        return new EmptyFile(info);
    }

    private static void requireStatus(Response response, int status) throws RequestFailedException {
        if (response.code() != status) {
            throw new RequestFailedException(
                    FailureKind.UPSTREAM,
                    response.code(),
                    "the endpoint answered " + response.code() + " where only " + status + " makes sense");
        }
    }

    private record EmptyFile(FileInfo info) implements ServedFile {
        @Override
        public int read(java.nio.ByteBuffer target) {
            return -1;
        }

        @Override
        public void close() {}
    }
}
