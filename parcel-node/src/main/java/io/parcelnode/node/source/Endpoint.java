package io.parcelnode.node.source;

import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.Redaction;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.RequestFailedException;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/**
 * One GET at a time to the endpoint, redirects followed by hand: the HTTP library would carry our token header to
 * whatever origin it is sent to. Thread-safe.
 */
final class Endpoint implements Closeable {
    private static final int REDIRECTS_MAX = 5;
    private static final int PROBE_SECONDS = 3;
    private static final int ERROR_TEXT_MAX_BYTES = 2_048;
    private static final int ERROR_TEXT_MAX_CHARS = 300;

    private final EndpointOptions options;
    private final EndpointListener listener;
    private final EndpointPause pause;
    private final Dns dns;
    private final Predicate<InetAddress> isInternal;
    private final OkHttpClient client;

    /** @param isInternal tells addresses that no redirect may lead to unless the endpoint itself has one */
    Endpoint(
            EndpointOptions options,
            EndpointListener listener,
            EndpointPause pause,
            Dns dns,
            Predicate<InetAddress> isInternal)
            throws IOException {
        this.options = options;
        this.listener = listener;
        this.pause = pause;
        this.dns = dns;
        this.isInternal = isInternal;
        Redaction.header(options.tokenHeader());
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .followRedirects(false)
                .followSslRedirects(false)
                // Parallel ranges over one HTTP/2 connection would share one TCP window, and a reader that is slow to
                // take its part would hold up all others of the connection.
                .protocols(List.of(Protocol.HTTP_1_1))
                .dns(dns)
                .connectionPool(new ConnectionPool(options.limits().requestsPerClient(), 1, TimeUnit.MINUTES))
                .connectTimeout(10, TimeUnit.SECONDS)
                .readTimeout(30, TimeUnit.SECONDS);
        EndpointTrust.apply(options.certificateAuthorities(), options.insecure(), builder);
        client = builder.build();
    }

    /**
     * Asks for bytes {@code from} to {@code to}, both included; {@code from} below 0 asks for all without a range.
     *
     * @param onCall hears of each call before it runs, so that it may be cancelled
     * @return a reply with status 200, 206 or 416; the caller closes it
     * @throws RequestFailedException when asking again would not help
     * @throws EndpointException when it might
     */
    Response get(Asker asker, long from, long to, Consumer<Call> onCall) throws IOException {
        pause.requireShort();
        Response linked = fromLink(asker, from, to, onCall);
        return linked != null ? linked : fromEndpoint(asker, from, to, onCall);
    }

    /** Null when the endpoint has to say first where the file is now. */
    private Response fromLink(Asker asker, long from, long to, Consumer<Call> onCall) throws IOException {
        HttpUrl link = asker.link(System.nanoTime());
        if (link == null) {
            return null;
        }
        try {
            Response response = execute(
                    clientFor(link, urlOf(asker.id()).host()),
                    request(link, from, to).build(),
                    asker,
                    onCall);
            if (isUsable(response.code())) {
                return response;
            }
            response.close();
        } catch (EndpointException e) {
            asker.forgetLink();
            throw e;
        }
        // Signed links die; the endpoint has another one, or a reason.
        asker.forgetLink();
        return null;
    }

    private Response fromEndpoint(Asker asker, long from, long to, Consumer<Call> onCall) throws IOException {
        HttpUrl start = urlOf(asker.id());
        HttpUrl url = start;
        // What a catalogue names is trusted to be asked, but only the endpoint is told the token.
        boolean atHome = isSameOrigin(url, options.url());
        for (int redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
            Request.Builder request = request(url, from, to);
            if (atHome && asker.token() != null) {
                request.header(options.tokenHeader(), requireHeaderValue(asker.token()));
            }
            Response response = execute(
                    url == start || atHome ? client : clientFor(url, start.host()), request.build(), asker, onCall);
            HttpUrl target = redirectTarget(response, url);
            if (target == null) {
                Response usable = requireUsable(response, asker, atHome || url == start);
                if (!atHome && url != start) {
                    asker.onLinked(url, System.nanoTime());
                }
                return usable;
            }
            // Once away the token stays away: who sends us back might choose the way.
            atHome = atHome && isSameOrigin(url, target);
            url = target;
        }
        throw new RequestFailedException(
                FailureKind.UPSTREAM, 0, "the endpoint redirected more than " + REDIRECTS_MAX + " times");
    }

    /** Asks for nothing in particular, without a token, and returns the status of the answer. */
    int probe() throws IOException {
        OkHttpClient impatient =
                client.newBuilder().callTimeout(PROBE_SECONDS, TimeUnit.SECONDS).build();
        Request request = new Request.Builder().url(options.url()).head().build();
        try (Response response = impatient.newCall(request).execute()) {
            return response.code();
        } catch (SSLException e) {
            RequestFailedException fault = TlsFault.of(e, request.url().host());
            throw fault != null ? fault : e;
        }
    }

    private static Request.Builder request(HttpUrl url, long from, long to) {
        Request.Builder request = new Request.Builder().url(url).header("Accept-Encoding", "identity");
        if (from >= 0) {
            request.header("Range", "bytes=" + from + "-" + to);
        }
        return request;
    }

    /** For where a redirect leads: from a public endpoint never into the inside of our network. */
    private OkHttpClient clientFor(HttpUrl target, String fromHost) throws IOException {
        if (isInternal(fromHost)) {
            return client;
        }
        // The HTTP library looks up names only.
        if (isAddress(target.host()) && isInternal.test(InetAddress.getByName(target.host()))) {
            throw refused(target);
        }
        return client.newBuilder()
                .dns(new PublicOnlyDns(dns, target.host(), isInternal))
                .build();
    }

    private boolean isInternal(String host) {
        try {
            return dns.lookup(host).stream().anyMatch(isInternal);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    }

    private static RequestFailedException refused(HttpUrl target) {
        return new RequestFailedException(
                FailureKind.UPSTREAM,
                0,
                "the endpoint redirected to " + target.host() + ", an internal address; only an endpoint that has one"
                        + " itself may do that");
    }

    @Override
    public void close() {
        client.dispatcher().cancelAll();
        client.connectionPool().evictAll();
    }

    private HttpUrl urlOf(String id) throws RequestFailedException {
        if (options.catalogue() != null) {
            return options.catalogue().urlOf(id);
        }
        HttpUrl base = options.url();
        String prefix = base.encodedPath().endsWith("/") ? base.encodedPath() : base.encodedPath() + "/";
        HttpUrl url =
                base.newBuilder().encodedPath(prefix + FileIds.toUrlPath(id)).build();
        if (!url.encodedPath().startsWith(prefix)) {
            throw new RequestFailedException(FailureKind.NOT_FOUND, 0, "no such file: " + FileIds.printable(id));
        }
        return url;
    }

    private Response execute(OkHttpClient through, Request request, Asker asker, Consumer<Call> onCall)
            throws IOException {
        Call call = through.newCall(request);
        onCall.accept(call);
        long startNs = System.nanoTime();
        try {
            Response response = call.execute();
            long latencyNs = System.nanoTime() - startNs;
            asker.latencies().add(latencyNs);
            listener.onAnswer(response.code(), latencyNs);
            pause.onAnswer(response);
            return response;
        } catch (IOException e) {
            listener.onNoAnswer();
            if (e instanceof PublicOnlyDns.InternalAddressException) {
                throw refused(request.url());
            }
            RequestFailedException fault = e instanceof SSLException tls
                    ? TlsFault.of(tls, request.url().host())
                    : null;
            throw fault != null ? fault : unreachable(e, asker.token());
        }
    }

    private static EndpointException unreachable(IOException e, String token) {
        String reason = Messages.of(e);
        String safe = Redaction.forClient(reason, token);
        // The log may hear of it when the client has gone, and its token with it.
        return new EndpointException("cannot reach the endpoint: " + safe, 0, safe.equals(reason) ? e : null);
    }

    private static HttpUrl redirectTarget(Response response, HttpUrl from) throws IOException {
        int status = response.code();
        if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
            return null;
        }
        try (response) {
            String location = response.header("Location");
            HttpUrl target = location == null ? null : from.resolve(location);
            if (target == null || from.isHttps() && !target.isHttps()) {
                throw new RequestFailedException(
                        FailureKind.UPSTREAM, status, "the endpoint redirected to nowhere or to an insecure address");
            }
            return target;
        }
    }

    private static boolean isSameOrigin(HttpUrl one, HttpUrl other) {
        return one.scheme().equals(other.scheme()) && one.host().equals(other.host()) && one.port() == other.port();
    }

    private static boolean isUsable(int status) {
        return status == 200 || status == 206 || status == 416;
    }

    private static Response requireUsable(Response response, Asker asker, boolean atHome) throws IOException {
        int status = response.code();
        if (isUsable(status)) {
            return response;
        }
        try (response) {
            String text =
                    (atHome ? "the endpoint" : response.request().url().host() + ", where the endpoint redirected,")
                            + " answered " + status + errorText(response, asker.token());
            if (!atHome && (status == 400 || status == 401 || status == 403)) {
                // It knows nothing of the client's rights, and may have died on the way here: a new link may live.
                throw new EndpointException(text, status, null);
            }
            switch (status) {
                case 401 -> throw new RequestFailedException(FailureKind.UNAUTHORIZED, status, text);
                case 403 -> throw new RequestFailedException(FailureKind.FORBIDDEN, status, text);
                case 404, 410 ->
                    throw new RequestFailedException(
                            FailureKind.NOT_FOUND,
                            status,
                            "no such file: " + FileIds.printable(asker.id()) + ", " + text);
                case 408, 425, 429 -> throw new EndpointException(text, status, null);
                default -> {
                    if (status >= 500) {
                        throw new EndpointException(text, status, null);
                    }
                    throw new RequestFailedException(FailureKind.UPSTREAM, status, text);
                }
            }
        }
    }

    /** What the endpoint says, for the client and the log: some endpoints repeat the token that they refuse. */
    private static String errorText(Response response, String token) {
        try {
            String body = response.peekBody(ERROR_TEXT_MAX_BYTES).string();
            boolean cut = body.getBytes(StandardCharsets.UTF_8).length >= ERROR_TEXT_MAX_BYTES;
            String masked = cut ? Redaction.forClientOfCut(body, token) : Redaction.forClient(body, token);
            String plain = Messages.onOneLine(masked.replaceAll("<[^>]*>", " "));
            plain = plain.isEmpty() ? Messages.onOneLine(response.message()) : plain;
            // Once more: what was taken out may have stood within the token.
            plain = Redaction.forClient(plain, token);
            return plain.isEmpty() ? "" : ": " + plain.substring(0, Math.min(plain.length(), ERROR_TEXT_MAX_CHARS));
        } catch (IOException e) {
            return ""; // The status says enough.
        }
    }

    private static String requireHeaderValue(String token) throws RequestFailedException {
        if (!token.chars().allMatch(c -> c >= 0x20 && c <= 0x7E)) {
            throw new RequestFailedException(
                    FailureKind.UNAUTHORIZED, 0, "the token contains characters that an HTTP header cannot carry");
        }
        return token;
    }
}
