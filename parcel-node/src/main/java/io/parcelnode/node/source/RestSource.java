package io.parcelnode.node.source;

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
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import okhttp3.Dns;
import okhttp3.Response;

/**
 * Serves what a REST endpoint holds.
 *
 * <p>The first range request tells size and validator and brings the first bytes; the rest is read ahead by
 * {@link RangedFile}, and clients that read the same file at about the same time share what comes. An endpoint that
 * answers without ranges is read as one stream, and so is one that tells no validator: ranges of two versions of the file
 * could not be told apart. Thread-safe.
 */
public final class RestSource implements FileProvider, SourceProbe, PausingSource, Closeable {
    /** A small file comes with the answer that tells its size; of a large one others may want the rest as well. */
    private static final long FIRST_MAX_BYTES = 1 << 20;
    /** A client waits so long for another one's answer about the same file; then it asks for itself. */
    private static final long LEADER_PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);

    private final EndpointOptions options;
    private final LongSupplier clockNs;
    private final Endpoint endpoint;
    private final EndpointListener listener;
    private final SharedContent content;
    private final BlockFetch fetch;
    private final EndpointPause pause;
    private final RequestGate gate;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "endpoint-timer");
        thread.setDaemon(true);
        return thread;
    });
    private final ExecutorService fetchers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "endpoint-fetch");
        thread.setDaemon(true);
        return thread;
    });

    /** @throws IOException if the endpoint's trusted certificates cannot be read */
    public RestSource(EndpointOptions options) throws IOException {
        this(options, EndpointListener.NONE);
    }

    /** @throws IOException if the endpoint's trusted certificates cannot be read */
    public RestSource(EndpointOptions options, EndpointListener listener) throws IOException {
        this(options, listener, Dns.SYSTEM, AddressPolicy::isInternal, System::nanoTime);
    }

    /** @param clockNs tells how old rights are */
    RestSource(
            EndpointOptions options,
            EndpointListener listener,
            Dns dns,
            Predicate<InetAddress> isInternal,
            LongSupplier clockNs)
            throws IOException {
        this.options = options;
        this.clockNs = clockNs;
        pause = new EndpointPause(System::nanoTime, listener);
        endpoint = new Endpoint(options, listener, pause, dns, isInternal);
        this.listener = listener;
        content = new SharedContent(options.readAheadBytes());
        gate = new RequestGate(fetchers, pause, this::runIn, options.limits());
        fetch = new BlockFetch(endpoint, gate, pause, content, listener);
    }

    /** From now on; requests that are under way go on. */
    public void limits(EndpointLimits now) {
        gate.limits(now);
    }

    @Override
    public ServedFile open(OpenRequest request) throws IOException {
        return begin(request).open();
    }

    @Override
    public FileOpening begin(OpenRequest request) {
        return forClient("").begin(request);
    }

    @Override
    public void onPause(Consumer<Duration> hears) {
        pause.onPause(hears);
    }

    @Override
    public FileProvider forClient(String client) {
        return new OfOneClient(client);
    }

    private FileOpening begin(OpenRequest request, RemoteObject.Right right) {
        RestOpening opening = new RestOpening();
        gate.submit(right.client(), () -> opening.run(() -> open(request, right, opening)));
        return opening;
    }

    /** One session of a client. */
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
            return RestSource.this.begin(request, new RemoteObject.Right(client, this, request.token()));
        }
    }

    private void open(OpenRequest request, RemoteObject.Right right, RestOpening opening) throws IOException {
        String refusal = FileIds.refusal(request.fileId());
        if (refusal != null) {
            throw new RequestFailedException(
                    FailureKind.NOT_FOUND,
                    0,
                    "no such file: " + FileIds.printable(request.fileId()) + " (" + refusal + ")");
        }
        Asker asker = new Asker(request);
        boolean known = false;
        RangedFile joined = null;
        content.lock.lock();
        try {
            if (request.lengthBytes() != 0) {
                joined = joinWithoutAsking(request, asker, right);
                known = joined == null && content.isKnownOrLead(request.fileId(), opening);
            }
        } finally {
            content.lock.unlock();
        }
        if (joined != null) {
            opening.complete(joined);
            return;
        }
        try {
            ask(request, asker, right, known, opening);
        } finally {
            endLead(request, opening);
        }
    }

    private void endLead(OpenRequest request, RestOpening opening) {
        content.lock.lock();
        try {
            content.endLead(request.fileId(), opening);
        } finally {
            content.lock.unlock();
        }
    }

    /**
     * Null unless this is a further part of a file that is being read, and the endpoint has let this session read it a
     * moment ago. Any other request, of another session of the same client too, is for what the file is now.
     */
    private RangedFile joinWithoutAsking(OpenRequest request, Asker asker, RemoteObject.Right right)
            throws RequestFailedException {
        RemoteObject object = content.objectOf(request.fileId());
        if (object == null
                || request.ifValidator() == null
                || !object.isGranted(right, clockNs.getAsLong(), SharedContent.RIGHT_AGE_MAX_NS)
                || request.offsetBytes() >= object.info.sizeBytes()) {
            return null;
        }
        Requests.requireUnchanged(request, object.info.validator());
        RangedFile file = reader(request, asker, right, object.info, true);
        file.plan();
        return file;
    }

    /** @param known others read the file or are about to: then this asks for no more than the right to read it */
    private void ask(OpenRequest request, Asker asker, RemoteObject.Right right, boolean known, RestOpening opening)
            throws IOException {
        long firstEnd = request.offsetBytes() + Math.min(FIRST_MAX_BYTES, options.rangeBytes());
        if (known) {
            firstEnd = request.offsetBytes() + 1;
        } else if (request.lengthBytes() >= 0) {
            // Who wants to know about a file only, costs the endpoint one byte.
            firstEnd = Math.min(firstEnd, request.offsetBytes() + Math.max(1, request.lengthBytes()));
        }
        Response response = getPatiently(asker, request.offsetBytes(), firstEnd - 1, opening);
        try {
            Reply reply = Reply.of(response);
            if (reply.status() == 416) {
                opening.complete(openAtEnd(request, reply, asker, opening));
                return;
            }
            FileInfo info = infoOf(request, reply);
            Requests.requireUnchanged(request, info.validator());
            if (reply.status() == 206
                    && reply.sizeBytes() >= 0
                    && !info.validator().isEmpty()) {
                if (reply.startBytes() != request.offsetBytes()) {
                    throw new RequestFailedException(
                            FailureKind.UPSTREAM, 206, "the endpoint answered with another range than asked for");
                }
                serve(request, asker, right, reply, known ? request.offsetBytes() : firstEnd, opening);
                return;
            }
            if (reply.status() == 206) {
                response.close();
                response = getPatiently(asker, -1, -1, opening);
                requireStatus(response, 200);
                info = infoOf(request, Reply.of(response));
                Requests.requireUnchanged(request, info.validator());
            }
            opening.complete(new StreamedFile(response, info, request, asker.latencies()));
        } catch (IOException | RuntimeException e) {
            response.close();
            throw e;
        }
    }

    /** Hands the file out as soon as there is something to read, and fills its first block here. */
    private void serve(
            OpenRequest request,
            Asker asker,
            RemoteObject.Right right,
            Reply reply,
            long answerEndBytes,
            RestOpening opening)
            throws IOException {
        boolean shared = !reply.dependsOn(options.tokenHeader());
        boolean brings = answerEndBytes > request.offsetBytes();
        if (!brings) {
            reply.close();
        }
        RangedFile file;
        Block first = null;
        content.lock.lock();
        try {
            if (!brings) {
                content.awaitLeader(request.fileId(), LEADER_PATIENCE_NS);
            }
            file = reader(request, asker, right, infoOf(request, reply), shared);
            file.onGranted();
            content.endLead(request.fileId(), opening);
            if (brings) {
                first = file.begin(answerEndBytes);
            } else {
                file.plan();
            }
            if (first != null) {
                first.call = opening.call();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for another request for the same file");
        } finally {
            content.lock.unlock();
        }
        if (first == null) {
            reply.close();
            opening.complete(file);
        } else {
            fetch.fill(first, reply.response(), () -> opening.complete(file));
        }
    }

    /** With the content's lock. */
    private RangedFile reader(
            OpenRequest request, Asker asker, RemoteObject.Right right, FileInfo info, boolean shared) {
        RemoteObject object = content.join(request.fileId(), info, shared, right);
        return new RangedFile(content, options, fetch, listener, clockNs, request, asker, right, object, info);
    }

    @Override
    public String kind() {
        return "endpoint";
    }

    /** Any answer over HTTP will do: without a token a refusal is what to expect. */
    @Override
    public String probe() throws IOException {
        return "answered " + endpoint.probe();
    }

    @Override
    public void close() {
        endpoint.close();
        timer.shutdownNow();
        fetchers.shutdownNow();
    }

    /** Memory that content takes now. */
    long takenBytes() {
        content.lock.lock();
        try {
            return content.takenBytes();
        } finally {
            content.lock.unlock();
        }
    }

    private void runIn(long delayNs, Runnable task) {
        timer.schedule(task, delayNs, TimeUnit.NANOSECONDS);
    }

    private Response getPatiently(Asker asker, long from, long to, RestOpening opening) throws IOException {
        Retry retry = new Retry(pause);
        while (true) {
            try {
                return endpoint.get(asker, from, to, opening::remember);
            } catch (EndpointException e) {
                if (opening.isCancelled()) {
                    throw e;
                }
                retry.onFailure(e);
            }
        }
    }

    /** Nothing at or after the offset: an empty file, or one that the client has all of. */
    private ServedFile openAtEnd(OpenRequest request, Reply refusal, Asker asker, RestOpening opening)
            throws IOException {
        refusal.close();
        FileInfo info = infoOf(request, refusal);
        if (request.offsetBytes() > 0) {
            // A refusal seldom tells the validator; the file's first byte comes with it.
            try (Response response = getPatiently(asker, 0, 0, opening)) {
                if (response.code() != 200) {
                    requireStatus(response, 206);
                }
                info = infoOf(request, Reply.of(response));
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

    private FileInfo infoOf(OpenRequest request, Reply reply) throws RequestFailedException {
        FileInfo told = reply.info(request.fileId());
        Catalogue catalogue = options.catalogue();
        return catalogue == null ? told : catalogue.complete(request.fileId(), told);
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
