package io.parcelnode.node.get;

import java.time.Clock;
import java.time.LocalTime;
import java.util.function.LongConsumer;

/**
 * Keeps a limit to its timetable. It looks at the clock whenever it is asked to and plans nothing ahead, so that a machine
 * that slept, a clock that was set and a change to summer time need no care. Used by one thread at a time.
 */
final class LimitSchedule {
    private final LimitTimetable timetable;
    private final Clock clock;
    private final LongConsumer limit;
    private long bitsPerSecond;

    /**
     * @param clock with the time zone of the timetable
     * @param limit told bits per second, 0 for no limit, whenever that changes; there is none before it is told one
     */
    LimitSchedule(LimitTimetable timetable, Clock clock, LongConsumer limit) {
        this.timetable = timetable;
        this.clock = clock;
        this.limit = limit;
    }

    /** True if another limit holds now. */
    boolean keep() {
        long nowBits = timetable.bitsAt(LocalTime.now(clock));
        if (nowBits == bitsPerSecond) {
            return false;
        }
        bitsPerSecond = nowBits;
        limit.accept(nowBits);
        return true;
    }

    /** 0 for none. */
    long bitsPerSecond() {
        return bitsPerSecond;
    }
}
