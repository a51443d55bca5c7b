package io.parcelnode.udt.nio;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Whose turn it is when more wants to be done than can be: start-time fair queueing over owners (Goyal, Vin and Cheng,
 * 1996), and one after the other among what belongs to the same owner. So an owner with fifty entries gets no more than
 * one with a single entry, and whoever uses less than its share is always next.
 *
 * <p>An owner's turn starts at the cost of what it has had, but no earlier than the turn that is served now: not to have
 * asked for anything saves nothing up. Allocates nothing once it has grown; not thread-safe.
 */
final class FairQueue<E> {
    /** Of whom an entry is. Belongs to one queue. */
    static final class Owner<E> {
        private final Object name;
        private final ArrayDeque<E> entries = new ArrayDeque<>(1);
        private long start;

        /** @param name for {@link #isNamed}; null if nobody asks */
        Owner(Object name) {
            this.name = name;
        }

        boolean isNamed(Object other) {
            return name != null && name.equals(other);
        }
    }

    private final PriorityQueue<Owner<E>> owners = new PriorityQueue<>(Comparator.comparingLong(owner -> owner.start));
    /** Where the latest turn started. */
    private long now;

    private Owner<E> serving;
    private E served;

    /** The entry wants a turn; it must not be waiting for one already. */
    void add(Owner<E> owner, E entry) {
        owner.entries.add(entry);
        if (owner != serving && owner.entries.size() == 1) {
            owner.start = Math.max(owner.start, now);
            owners.add(owner);
        }
    }

    boolean isEmpty() {
        return owners.isEmpty();
    }

    /** Begins the next turn and returns whose it is, null for nobody's; {@link #end} ends it. */
    E begin() {
        assert serving == null : "the turn of " + served + " has not ended";
        serving = owners.poll();
        if (serving == null) {
            return null;
        }
        now = serving.start;
        served = serving.entries.poll();
        return served;
    }

    /**
     * Ends the turn.
     *
     * @param cost  of what was done in it, 0 for nothing
     * @param again whether the entry wants another one, after the others of its owner
     */
    void end(int cost, boolean again) {
        Owner<E> owner = serving;
        owner.start += cost;
        if (again) {
            owner.entries.add(served);
        }
        serving = null;
        served = null;
        if (!owner.entries.isEmpty()) {
            owners.add(owner);
        }
    }
}
