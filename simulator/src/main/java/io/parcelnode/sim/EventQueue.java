package io.parcelnode.sim;

import java.util.Arrays;

/**
 * The virtual clock and what is going to happen, in primitive arrays, so that an event costs no memory: a binary heap of
 * events, and timers for those who wait for one thing at a time and often change their minds.
 *
 * <p>Events of one time run in the order in which they were scheduled; a simulation therefore repeats exactly.
 */
final class EventQueue {
    private static final int EVENTS_MAX = 1 << 24;

    private EventHandler[] handlers = new EventHandler[16];
    private int handlerCount;
    private long[] timesNs = new long[1_024];
    private long[] orders = new long[1_024];
    private long[] actions = new long[1_024];
    private int count;
    private final TimerTree timers = new TimerTree();
    private EventHandler[] timerHandlers = new EventHandler[16];
    private int[] timerArguments = new int[16];
    private long nextOrder;
    private long nowNs;

    long nowNs() {
        return nowNs;
    }

    /** Events that are pending, timers not included. */
    int count() {
        return count;
    }

    /** Makes a handler known; its number is for {@link #schedule}. */
    int register(EventHandler handler) {
        if (handlerCount == handlers.length) {
            handlers = Arrays.copyOf(handlers, 2 * handlerCount);
        }
        handlers[handlerCount] = handler;
        return handlerCount++;
    }

    /** A timer that calls {@code handler} with {@code argument} when its time comes, and is off until {@link #setTimer}. */
    int timer(EventHandler handler, int argument) {
        int timer = timers.add();
        if (timer == timerHandlers.length) {
            timerHandlers = Arrays.copyOf(timerHandlers, 2 * timer);
            timerArguments = Arrays.copyOf(timerArguments, 2 * timer);
        }
        timerHandlers[timer] = handler;
        timerArguments[timer] = argument;
        return timer;
    }

    /** Replaces the time that it has, if any; a time that has passed means now. */
    void setTimer(int timer, long timeNs) {
        setTimer(timer, timeNs, takeOrder());
    }

    /** Sets a timer as if that had been done when {@code order} was taken. */
    void setTimer(int timer, long timeNs, long order) {
        timers.set(timer, Math.max(timeNs, nowNs), order);
    }

    /** A time that has passed means now. */
    void schedule(long timeNs, int handler, int argument) {
        schedule(timeNs, takeOrder(), handler, argument);
    }

    /** The rank, among events of one time, of an event that {@link #schedule(long, long, int, int)} gets later. */
    long takeOrder() {
        return nextOrder++;
    }

    /** Schedules an event as if that had been done when {@code order} was taken. */
    void schedule(long timeNs, long order, int handler, int argument) {
        if (count == timesNs.length) {
            grow();
        }
        long atNs = Math.max(timeNs, nowNs);
        int index = count++;
        while (index > 0) {
            int parent = (index - 1) >>> 1;
            if (isBefore(parent, atNs, order)) {
                break;
            }
            move(parent, index);
            index = parent;
        }
        timesNs[index] = atNs;
        orders[index] = order;
        actions[index] = (long) handler << 32 | argument & 0xFFFF_FFFFL;
    }

    /** Time of the next event, {@link Long#MAX_VALUE} when there is none. */
    long nextNs() {
        return count == 0 ? timers.firstNs() : Math.min(timesNs[0], timers.firstNs());
    }

    /** Runs the next event; there must be one. */
    void runNext() {
        long nextNs = nextNs();
        assert nextNs != Long.MAX_VALUE : "no event at " + nowNs;
        assert nextNs >= nowNs : "event at " + nextNs + " is before " + nowNs;
        nowNs = nextNs;
        if (count > 0 && isBefore(0, timers.firstNs(), timers.firstOrder())) {
            long action = actions[0];
            removeFirst();
            handlers[(int) (action >>> 32)].onEvent(nextNs, (int) action);
        } else {
            int timer = timers.first();
            long order = timers.firstOrder();
            timerHandlers[timer].onEvent(nextNs, timerArguments[timer]);
            // Most are set again at once, so that turning them off first would be done in vain.
            if (timers.order(timer) == order) {
                timers.clear(timer);
            }
        }
    }

    /** Moves the clock on; no event may lie before that time. */
    void advanceTo(long timeNs) {
        assert timeNs >= nowNs && timeNs <= nextNs() : timeNs + " is not in " + nowNs + ".." + nextNs();
        nowNs = timeNs;
    }

    private void removeFirst() {
        int last = --count;
        if (last == 0) {
            return;
        }
        long timeNs = timesNs[last];
        long order = orders[last];
        int index = 0;
        int child = 1;
        while (child < last) {
            if (child + 1 < last && isBefore(child + 1, timesNs[child], orders[child])) {
                child++;
            }
            if (!isBefore(child, timeNs, order)) {
                break;
            }
            move(child, index);
            index = child;
            child = 2 * index + 1;
        }
        move(last, index);
    }

    private boolean isBefore(int index, long timeNs, long order) {
        return timesNs[index] < timeNs || timesNs[index] == timeNs && orders[index] < order;
    }

    private void move(int from, int to) {
        timesNs[to] = timesNs[from];
        orders[to] = orders[from];
        actions[to] = actions[from];
    }

    private void grow() {
        if (count >= EVENTS_MAX) {
            throw new IllegalStateException("more than " + EVENTS_MAX + " events are pending at " + nowNs
                    + " ns; the network holds more packets than memory should");
        }
        timesNs = Arrays.copyOf(timesNs, 2 * count);
        orders = Arrays.copyOf(orders, 2 * count);
        actions = Arrays.copyOf(actions, 2 * count);
    }
}
