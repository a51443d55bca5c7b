package io.parcelnode.node.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/** Stands still until it is moved. Thread-safe. */
public final class HandMovedClock extends Clock {
    private final ZoneId zone;
    private volatile Instant now;

    public HandMovedClock(ZonedDateTime start) {
        this(start.getZone(), start.toInstant());
    }

    private HandMovedClock(ZoneId zone, Instant now) {
        this.zone = zone;
        this.now = now;
    }

    public void advance(Duration step) {
        now = now.plus(step);
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new HandMovedClock(other, now);
    }

    @Override
    public Instant instant() {
        return now;
    }
}
