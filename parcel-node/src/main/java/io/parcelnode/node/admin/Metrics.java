package io.parcelnode.node.admin;

import io.parcelnode.node.ledger.LedgerHealth;
import io.parcelnode.node.path.Transport;
import io.parcelnode.node.serve.AdmissionFigures;
import io.parcelnode.node.serve.LiveSession;
import io.parcelnode.node.serve.LiveTransfer;
import io.parcelnode.node.serve.ServerEvents;
import io.parcelnode.node.serve.TransferResult;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/**
 * The server's figures for Prometheus. docs/operations.md has the table, and a test compares. No label has values that a
 * client could choose: they would fill the memory of whoever collects them.
 */
final class Metrics implements ServerEvents {
    private static final double[] DURATIONS_S = {0.01, 0.1, 1, 10, 60, 600, 3_600, 36_000};
    private static final double[] RTTS_S = {0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter sessionsStarted = counter("parcel_sessions_started", "Connections of clients.");
    private final Counter sessionsOverTcp =
            counter("parcel_sessions_over_tcp", "Of the connections of clients, those over TCP.");
    private final Counter sessionsEnded =
            counter("parcel_sessions_ended", "Sessions that are over, by how they ended.", "result");
    private final Counter transfersStarted =
            counter("parcel_transfers_started", "Requests for a file or a part of one that were opened.");
    private final Counter transfers = counter("parcel_transfers", "Requests that are over, by result.", "result");
    private final Map<TransferResult, CounterDataPoint> transfersByResult = new EnumMap<>(TransferResult.class);
    private final Counter refused =
            counter("parcel_transfers_refused", "Requests that were not opened, by reason.", "reason");
    private final Counter authenticationFailures = counter(
            "parcel_authentication_failures", "Requests refused for their token, by what was wrong with it.", "reason");
    private final Counter adminDenied =
            counter("parcel_admin_denied", "Requests to the admin port without the right token.");
    private final Counter reloads =
            counter("parcel_reloads", "Settings read again, by whether they could be used.", "result");
    private final Histogram transferSeconds = histogram(
            "parcel_transfer_duration_seconds", "Time from the opening of a request to its end.", DURATIONS_S);
    private final Histogram rttSeconds = histogram(
            "parcel_rtt_seconds",
            "Smoothed round trip time of each session that sends, observed once a second.",
            RTTS_S);
    private final LongAdder sessionsOpen = new LongAdder();

    Metrics(Traffic traffic, EndpointFigures endpoint) {
        endpoint.register(registry);
        count("parcel_file_bytes", "Bytes of files handed to sessions.", traffic.fileBytes);
        count("parcel_sent_bytes", "Payload bytes sent, repeated ones included.", traffic.bytesSent);
        count("parcel_acknowledged_bytes", "Payload bytes that clients have acknowledged.", traffic.bytesAcknowledged);
        count("parcel_received_bytes", "Payload bytes received from clients.", traffic.bytesReceived);
        count("parcel_packets_sent", "Data packets sent, repeated ones included.", traffic.packetsSent);
        count("parcel_packets_retransmitted", "Data packets sent again.", traffic.packetsSentAgain);
        count("parcel_packets_received", "Data packets received from clients.", traffic.packetsReceived);
        count("parcel_packets_missed", "Data packets of clients that did not come at first.", traffic.packetsMissed);
        count(
                "parcel_datagrams_dropped",
                "Datagrams of open connections ignored as malformed, stale or out of range.",
                traffic.datagramsDropped);
        counting("parcel_sealing_seconds", "Time that threads spent encrypting.", () -> traffic.sealingNs.sum() / 1e9);
        CounterWithCallback.builder()
                .name("parcel_session_time_seconds")
                .help("What sessions spent their time on: sending, working, source (waiting for the endpoint) or credit"
                        + " (waiting for the client).")
                .labelNames("state")
                .callback(out -> {
                    out.call(traffic.sendingUs.sum() / 1e6, "sending");
                    out.call(traffic.workingUs.sum() / 1e6, "working");
                    out.call(traffic.sourceUs.sum() / 1e6, "source");
                    out.call(traffic.creditUs.sum() / 1e6, "credit");
                })
                .register(registry);
        gauge("parcel_sessions_open", "Sessions.", sessionsOpen::sum);
        GaugeWithCallback.builder()
                .name("parcel_build_info")
                .help("Always 1; the label tells the version.")
                .labelNames("version")
                .callback(out -> out.call(1, version()))
                .register(registry);
        // All label values from the start: a rate over a counter that is not there yet misses its first increase.
        for (FailureKind kind : FailureKind.values()) {
            refused.initLabelValues(Words.of(kind));
        }
        for (TransferResult result : TransferResult.values()) {
            transfersByResult.put(result, transfers.labelValues(Words.of(result)));
        }
        for (FailureKind kind : new FailureKind[] {FailureKind.UNAUTHORIZED, FailureKind.FORBIDDEN}) {
            authenticationFailures.initLabelValues(Words.of(kind));
        }
        reloads.initLabelValues("done");
        reloads.initLabelValues("failed");
        sessionsEnded.initLabelValues("goodbye");
        sessionsEnded.initLabelValues("broken");
        JvmMemoryMetrics.builder().register(registry);
        JvmBufferPoolMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
        ProcessMetrics.builder().register(registry);
    }

    /** The last figure that a gauge with this name shall show. */
    void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(out -> out.call(value.getAsDouble()))
                .register(registry);
    }

    /** Bytes in use, and the most there may be, of one kind of buffer each. */
    void buffers(BufferUse... uses) {
        GaugeWithCallback.builder()
                .name("parcel_buffer_bytes")
                .help("Memory that buffers hold: connections (what is not acknowledged), frames (being encrypted).")
                .labelNames("part")
                .callback(out -> {
                    for (BufferUse use : uses) {
                        out.call(use.bytes().getAsDouble(), use.part());
                    }
                })
                .register(registry);
        GaugeWithCallback.builder()
                .name("parcel_buffer_limit_bytes")
                .help("The most that they may hold, without what each session has whatever the others do.")
                .labelNames("part")
                .callback(out -> {
                    for (BufferUse use : uses) {
                        out.call(use.limitBytes(), use.part());
                    }
                })
                .register(registry);
    }

    /** @param limitBytes shared by all */
    record BufferUse(String part, DoubleSupplier bytes, long limitBytes) {}

    /** @param loop its name */
    void loopBusy(String loop, DoubleSupplier busySeconds) {
        CounterWithCallback.builder()
                .name("parcel_loop_busy_seconds")
                .help("Time that the thread of a UDP port was busy; a rate near 1 is all it can do.")
                .labelNames("loop")
                .callback(out -> out.call(busySeconds.getAsDouble(), loop))
                .register(registry);
    }

    void ledger(LedgerHealth ledger) {
        gauge("parcel_ledger_waiting_records", "Records that the database has not yet.", ledger::waitingRecords);
        gauge("parcel_ledger_waiting_bytes", "What those take on the disk.", ledger::waitingBytes);
        gauge(
                "parcel_ledger_database_away",
                "1 while the database takes no records.",
                () -> ledger.databaseAway() ? 1 : 0);
        gauge(
                "parcel_ledger_spool_failing",
                "1 while records cannot be written to the disk.",
                () -> ledger.spoolFailing() ? 1 : 0);
        counting("parcel_ledger_written_records", "Records in the database.", ledger::writtenRecords);
        counting("parcel_ledger_lost_records", "Records that never will be in the database.", ledger::lostRecords);
    }

    void admissions(AdmissionFigures figures) {
        counting(
                "parcel_handshakes_denied",
                "Connection requests that were not answered, from networks that are denied.",
                figures::handshakesDenied);
        counting(
                "parcel_handshakes_refused",
                "Connection requests beyond those sessions that there is room for or that are told why not.",
                figures::handshakesRefused);
        CounterWithCallback.builder()
                .name("parcel_turned_away")
                .help("Sessions and requests that were told when to come back, by what they were too many for.")
                .labelNames("reason")
                .callback(
                        out -> figures.turnedAway((reason, count) -> out.call(count, reason.toLowerCase(Locale.ROOT))))
                .register(registry);
    }

    void onRtt(double seconds) {
        rttSeconds.observe(seconds);
    }

    void onReload(boolean good) {
        reloads.labelValues(good ? "done" : "failed").inc();
    }

    void onAdminDenied() {
        adminDenied.inc();
    }

    /** Of all kinds together. */
    long refused() {
        long sum = 0;
        for (FailureKind kind : FailureKind.values()) {
            sum += (long) refused.labelValues(Words.of(kind)).get();
        }
        return sum;
    }

    Answer answer() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, registry.scrape());
        return new Answer(200, PrometheusTextFormatWriter.CONTENT_TYPE, text.toByteArray());
    }

    @Override
    public void onSessionStarted(LiveSession session) {
        sessionsOpen.increment();
        sessionsStarted.inc();
        if (session.carrier() == Transport.TCP) {
            sessionsOverTcp.inc();
        }
    }

    @Override
    public void onSessionEnded(LiveSession session, Exception cause) {
        // Who sees that it is no longer open finds it among those that have ended.
        sessionsEnded.labelValues(cause == null ? "goodbye" : "broken").inc();
        sessionsOpen.decrement();
    }

    @Override
    public void onTransferStarted(LiveTransfer transfer) {
        transfersStarted.inc();
    }

    @Override
    public void onTransferRefused(LiveSession session, OpenRequest request, Exception cause) {
        FailureKind kind = cause instanceof RequestFailedException refusal ? refusal.kind() : FailureKind.INTERNAL;
        refused.labelValues(Words.of(kind)).inc();
        if (kind == FailureKind.UNAUTHORIZED || kind == FailureKind.FORBIDDEN) {
            authenticationFailures.labelValues(Words.of(kind)).inc();
        }
    }

    @Override
    public void onTransferEnded(LiveTransfer transfer, TransferResult result, Exception cause) {
        transfersByResult.get(result).inc();
        transferSeconds.observe(
                Duration.between(transfer.startedAt(), Instant.now()).toNanos() / 1e9);
    }

    static String version() {
        String version = Metrics.class.getPackage().getImplementationVersion();
        return version == null ? "not-packaged" : version;
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(registry);
    }

    private Histogram histogram(String name, String help, double... bounds) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .classicOnly()
                .classicUpperBounds(bounds)
                .withoutExemplars()
                .register(registry);
    }

    private void count(String name, String help, LongAdder value) {
        counting(name, help, value::sum);
    }

    private void counting(String name, String help, DoubleSupplier value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(out -> out.call(value.getAsDouble()))
                .register(registry);
    }
}
