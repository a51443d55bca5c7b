package io.parcelnode.sim;

import java.util.function.LongConsumer;

/** Calls back once at a time that may be moved or given up, for models that are not flows of UDT. */
public final class SimulationTimer implements EventHandler {
    private static final long NEVER = Long.MAX_VALUE;

    private final EventQueue events;
    private final LongConsumer action;
    private final int handler;
    private long dueNs = NEVER;
    private long scheduledNs = NEVER;

    SimulationTimer(EventQueue events, LongConsumer action) {
        this.events = events;
        this.action = action;
        handler = events.register(this);
    }

    /** Replaces any earlier time; a time that has passed means now. */
    public void at(long timeNs) {
        dueNs = Math.max(timeNs, events.nowNs());
        // A timer that moves back keeps its event and looks again then: most are moved at every packet.
        if (dueNs < scheduledNs) {
            scheduledNs = dueNs;
            events.schedule(dueNs, handler, 0);
        }
    }

    public void cancel() {
        dueNs = NEVER;
    }

    @Override
    public void onEvent(long nowNs, int argument) {
        if (nowNs != scheduledNs) {
            return;
        }
        scheduledNs = NEVER;
        if (dueNs > nowNs) {
            if (dueNs != NEVER) {
                at(dueNs);
            }
            return;
        }
        dueNs = NEVER;
        action.accept(nowNs);
    }
}
