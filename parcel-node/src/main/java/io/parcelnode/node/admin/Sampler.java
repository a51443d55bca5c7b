package io.parcelnode.node.admin;

import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.udt.UdtStats;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Once a second, on a thread of its own, looks at every session. Whoever asks for figures gets those of the last look:
 * asking costs the transfers nothing.
 */
final class Sampler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);
    private static final int MOMENTS_MAX = 300;

    private final LiveState live;
    private final Traffic traffic;
    private final Clock clock;
    private final LongSupplier clockNs;
    private final DoubleConsumer onRttSeconds;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "admin-sampler");
        made.setDaemon(true);
        return made;
    });
    private final ArrayDeque<Moment> moments = new ArrayDeque<>();
    private volatile Sample latest;
    // Owned by the thread.
    private Counts counted = new Counts(0, 0, 0, 0);

    /**
     * @param sessions each as it was
     * @param atNs when that was
     */
    record Sample(Moment moment, List<ClientSession.Figures> sessions, long atNs) {}

    /** @param onRttSeconds told of each session that sent something, each time */
    Sampler(LiveState live, Traffic traffic, Clock clock, LongSupplier clockNs, DoubleConsumer onRttSeconds) {
        this.live = live;
        this.traffic = traffic;
        this.clock = clock;
        this.clockNs = clockNs;
        this.onRttSeconds = onRttSeconds;
        latest = new Sample(new Moment(clock.millis(), 0, 0, null, null, null), List.of(), clockNs.getAsLong());
    }

    void start() {
        thread.scheduleAtFixedRate(this::sampleSafely, 1, 1, TimeUnit.SECONDS);
    }

    Sample latest() {
        return latest;
    }

    /** The last five minutes, the oldest first. */
    List<Moment> moments() {
        synchronized (moments) {
            return new ArrayList<>(moments);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void sampleSafely() {
        try {
            sample();
        } catch (RuntimeException e) {
            // An executor would never run it again.
            LOG.warn("Cannot take the server's figures: {}", Messages.of(e), e);
        }
    }

    void sample() {
        List<ClientSession> all = List.copyOf(live.sessions());
        List<CompletableFuture<UdtStats>> asked =
                all.stream().map(ClientSession::ask).toList();
        List<ClientSession.Figures> sessions = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            all.get(i).sample(asked.get(i), clockNs.getAsLong());
            sessions.add(all.get(i).figures());
        }
        long nowNs = clockNs.getAsLong();
        Moment moment = moment(sessions, nowNs);
        synchronized (moments) {
            moments.addLast(moment);
            if (moments.size() > MOMENTS_MAX) {
                moments.removeFirst();
            }
        }
        latest = new Sample(moment, List.copyOf(sessions), nowNs);
    }

    /** What went is counted by all sessions together, those included that were over before anybody looked at them. */
    private Moment moment(List<ClientSession.Figures> sessions, long nowNs) {
        List<Double> rttsMs = new ArrayList<>();
        for (ClientSession.Figures session : sessions) {
            if (session.rttMicros() > 0) {
                rttsMs.add(session.rttMicros() / 1e3);
                onRttSeconds.accept(session.rttMicros() / 1e6);
            }
        }
        rttsMs.sort(null);
        Counts now = new Counts(
                traffic.bytesAcknowledged.sum(),
                traffic.bytesSent.sum(),
                traffic.packetsSent.sum(),
                traffic.packetsSentAgain.sum());
        double seconds = Math.max(1, nowNs - latest.atNs) / 1e9;
        Moment moment = new Moment(
                clock.millis(),
                (now.bytesAcknowledged - counted.bytesAcknowledged) * 8 / seconds,
                (now.bytesSent - counted.bytesSent) * 8 / seconds,
                rttsMs.isEmpty() ? null : rttsMs.get(rttsMs.size() / 2),
                rttsMs.isEmpty() ? null : rttsMs.get(rttsMs.size() - 1),
                Moment.share(now.packetsSentAgain - counted.packetsSentAgain, now.packetsSent - counted.packetsSent));
        counted = now;
        return moment;
    }

    private record Counts(long bytesAcknowledged, long bytesSent, long packetsSent, long packetsSentAgain) {}
}
