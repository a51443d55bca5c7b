package io.parcelnode.node.ledger;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids that begin with the time (version 7 of RFC 9562): rows that come one after the other stand side by side in the
 * database's index, which then writes one page for many of them, and not one for each. Thread-safe.
 */
final class TimeOrderedIds {
    private static final long VERSION = 7L << 12;
    private static final long VARIANT = 1L << 63;

    private final Clock clock;
    private final AtomicLong next;

    TimeOrderedIds(Clock clock) {
        this.clock = clock;
        next = new AtomicLong(new SecureRandom().nextLong());
    }

    UUID next() {
        long number = next.getAndIncrement();
        // Of a process each number comes once; those of two processes have 62 drawn bits and the time to be told apart
        // by.
        return new UUID(clock.millis() << 16 | VERSION | number & 0xFFF, VARIANT | number >>> 2);
    }
}
