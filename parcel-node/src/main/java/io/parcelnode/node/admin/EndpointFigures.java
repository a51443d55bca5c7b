package io.parcelnode.node.admin;

import io.parcelnode.node.source.EndpointListener;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What passes between the server and its endpoint. */
final class EndpointFigures implements EndpointListener {
    private static final double[] LATENCIES_S = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
    private static final String[] CLASSES = {"2xx", "3xx", "4xx", "5xx", "other"};
    private static final int OTHER = 4;

    private final Histogram latency = Histogram.builder()
            .name("parcel_endpoint_latency_seconds")
            .help("Time of a request to the endpoint until the head of its answer.")
            .classicOnly()
            .classicUpperBounds(LATENCIES_S)
            .withoutExemplars()
            .build();
    private final Counter answers =
            counter("parcel_endpoint_answers", "Answers of the endpoint, by the class of their status.", "status");
    private final Counter unanswered =
            counter("parcel_endpoint_unanswered", "Requests to the endpoint that got no answer.");
    private final Counter bytes = counter("parcel_endpoint_bytes", "Content that the endpoint has sent.");
    private final Counter sharedBytes = counter(
            "parcel_endpoint_shared_bytes", "Content given to a client that another one's request had brought.");
    private final Counter pauseSeconds =
            counter("parcel_endpoint_pause_seconds", "Time for which the endpoint asked not to be asked.");

    EndpointFigures() {
        for (String name : CLASSES) {
            answers.initLabelValues(name);
        }
    }

    void register(PrometheusRegistry registry) {
        registry.register(latency);
        registry.register(answers);
        registry.register(unanswered);
        registry.register(bytes);
        registry.register(sharedBytes);
        registry.register(pauseSeconds);
    }

    @Override
    public void onAnswer(int status, long latencyNs) {
        latency.observe(latencyNs / 1e9);
        boolean isKnown = status >= 200 && status < 600;
        answers.labelValues(CLASSES[isKnown ? status / 100 - 2 : OTHER]).inc();
    }

    @Override
    public void onNoAnswer() {
        unanswered.inc();
    }

    @Override
    public void onUpstreamBytes(long count) {
        bytes.inc(count);
    }

    @Override
    public void onSharedBytes(long count) {
        sharedBytes.inc(count);
    }

    @Override
    public void onToldToWait(long pauseNs) {
        pauseSeconds.inc(pauseNs / 1e9);
    }

    private static Counter counter(String name, String help, String... labels) {
        return Counter.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .build();
    }
}
