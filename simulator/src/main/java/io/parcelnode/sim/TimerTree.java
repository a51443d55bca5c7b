package io.parcelnode.sim;

import java.util.Arrays;

/**
 * Timers of which each has one time or none, and the first of them: a tournament, in which a timer that moves replays
 * its own games only. Unlike in a heap, a time that was replaced leaves nothing behind.
 */
final class TimerTree {
    static final long NEVER = Long.MAX_VALUE;

    private int count;
    /** Places for timers, a power of two. */
    private int capacity = 2;

    private long[] timesNs = {NEVER, NEVER};
    private long[] orders = {NEVER, NEVER};
    /** The timer that won each game, the final at 1; the players of game {@code n} are the winners of 2n and 2n + 1. */
    private int[] winners = {0, 0, 0, 1};

    /** Number of a new timer, which is off. */
    int add() {
        if (count == capacity) {
            grow();
        }
        return count++;
    }

    /** @param order decides between timers of one time, the smaller one first */
    void set(int timer, long timeNs, long order) {
        timesNs[timer] = timeNs;
        orders[timer] = order;
        int game = timer + capacity >>> 1;
        while (game > 0) {
            int winner = winner(game);
            if (winner == winners[game] && winner != timer) {
                return;
            }
            winners[game] = winner;
            game >>>= 1;
        }
    }

    void clear(int timer) {
        set(timer, NEVER, NEVER);
    }

    /** The next timer; with {@link #firstNs} of {@link #NEVER} there is none. */
    int first() {
        return winners[1];
    }

    long firstNs() {
        return timesNs[winners[1]];
    }

    long firstOrder() {
        return orders[winners[1]];
    }

    long order(int timer) {
        return orders[timer];
    }

    private int winner(int game) {
        int one = winners[2 * game];
        int other = winners[2 * game + 1];
        long oneNs = timesNs[one];
        long otherNs = timesNs[other];
        return otherNs < oneNs || otherNs == oneNs && orders[other] < orders[one] ? other : one;
    }

    private void grow() {
        int old = capacity;
        capacity = 2 * old;
        timesNs = Arrays.copyOf(timesNs, capacity);
        orders = Arrays.copyOf(orders, capacity);
        Arrays.fill(timesNs, old, capacity, NEVER);
        Arrays.fill(orders, old, capacity, NEVER);
        winners = new int[2 * capacity];
        for (int timer = 0; timer < capacity; timer++) {
            winners[capacity + timer] = timer;
        }
        for (int game = capacity - 1; game > 0; game--) {
            winners[game] = winner(game);
        }
    }
}
