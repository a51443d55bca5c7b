package io.parcelnode.node.source;

import io.parcelnode.node.cli.Logging;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.RequestFailedException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long the endpoint wants to be left alone: it has said so in a Retry-After. Thread-safe. */
final class EndpointPause {
    /** Who has to wait longer is told so instead. */
    static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    /** An endpoint that says more is asked again after this. */
    private static final long PAUSE_MAX_NS = TimeUnit.HOURS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);

    private final LongSupplier clockNs;
    private final EndpointListener listener;
    private long untilNs;
    private boolean paused;
    private volatile Consumer<Duration> hears = pause -> {};

    EndpointPause(LongSupplier clockNs, EndpointListener listener) {
        this.clockNs = clockNs;
        this.listener = listener;
    }

    void onPause(Consumer<Duration> wanted) {
        hears = wanted;
    }

    /** Hears every answer. */
    void onAnswer(Response response) {
        if (response.code() != 429 && response.code() != 503) {
            return;
        }
        long pauseNs = pauseNs(response.header("Retry-After"), Instant.now());
        if (pauseNs > 0) {
            listener.onToldToWait(pauseNs);
            if (begin(pauseNs)) {
                hears.accept(Duration.ofNanos(pauseNs));
                LOG.info("The endpoint asks for a pause of {} s", TimeUnit.NANOSECONDS.toSeconds(pauseNs));
            }
        }
    }

    /** Returns false if it was to be left alone already. */
    synchronized boolean begin(long pauseNs) {
        boolean isNew = leftNs() == 0;
        long wantedNs = clockNs.getAsLong() + Math.min(pauseNs, PAUSE_MAX_NS);
        untilNs = paused && untilNs - wantedNs > 0 ? untilNs : wantedNs;
        paused = true;
        return isNew;
    }

    /** 0 when it may be asked. */
    synchronized long leftNs() {
        long leftNs = paused ? untilNs - clockNs.getAsLong() : 0;
        paused = leftNs > 0;
        return Math.max(0, leftNs);
    }

    /** The client hears that the endpoint is busy, and not nothing. */
    void requireShort() throws RequestFailedException {
        long leftNs = leftNs();
        if (leftNs > PATIENCE_NS) {
            throw new RequestFailedException(
                    FailureKind.BUSY,
                    429,
                    "the endpoint has asked to be left alone; come back in "
                            + (1 + TimeUnit.NANOSECONDS.toSeconds(leftNs)) + " s");
        }
    }

    /** Seconds or a date, as RFC 9110 has it; 0 for neither. */
    static long pauseNs(String retryAfter, Instant now) {
        if (retryAfter == null) {
            return 0;
        }
        String text = retryAfter.strip();
        if (text.matches("\\d{1,9}")) {
            return TimeUnit.SECONDS.toNanos(Long.parseLong(text));
        }
        try {
            Instant then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            long seconds = Math.min(Duration.between(now, then).toSeconds(), TimeUnit.DAYS.toSeconds(1));
            return Math.max(0, TimeUnit.SECONDS.toNanos(seconds));
        } catch (DateTimeException e) {
            return 0;
        }
    }
}
