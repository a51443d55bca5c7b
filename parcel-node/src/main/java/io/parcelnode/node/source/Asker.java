package io.parcelnode.node.source;

import io.parcelnode.proto.OpenRequest;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;

/** Who asks the endpoint, what for, and where the endpoint has sent it. Thread-safe. */
final class Asker {
    /** After this the endpoint is asked anew: a right that was taken away ends there, whatever the link says. */
    private static final long LINK_AGE_MAX_NS = TimeUnit.SECONDS.toNanos(60);

    private final String id;
    private final String token;
    private final LatencyMeter latencies = new LatencyMeter();
    private HttpUrl link;
    private long linkedNs;

    Asker(OpenRequest request) {
        id = request.fileId();
        token = request.token();
    }

    String id() {
        return id;
    }

    String token() {
        return token;
    }

    LatencyMeter latencies() {
        return latencies;
    }

    /** Of another origin than the endpoint's, so the token does not go there. */
    synchronized void onLinked(HttpUrl target, long nowNs) {
        link = target;
        linkedNs = nowNs;
    }

    synchronized void forgetLink() {
        link = null;
    }

    /** Null when the endpoint is to be asked. */
    synchronized HttpUrl link(long nowNs) {
        return link == null || nowNs - linkedNs > LINK_AGE_MAX_NS ? null : link;
    }
}
