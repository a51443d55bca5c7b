package io.parcelnode.node.get;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The servers behind one host name: which to try next. One that asked to be left alone, or did not answer, comes after
 * the others until its time is over; else the order is the resolver's. Used by one thread; time is handed in.
 */
final class ServerNodes {
    private final Map<InetAddress, Long> avoidUntilNs = new HashMap<>();
    private final Map<InetAddress, Long> leftUntilNs = new HashMap<>();

    List<InetAddress> inOrder(Collection<InetAddress> addresses, long nowNs) {
        // What the name does not stand for any more is forgotten.
        avoidUntilNs.keySet().retainAll(addresses);
        leftUntilNs.keySet().retainAll(addresses);
        List<InetAddress> order = new ArrayList<>(addresses);
        order.sort(Comparator.comparingLong(
                address -> Math.max(leftNs(avoidUntilNs, address, nowNs), leftNs(leftUntilNs, address, nowNs))));
        return order;
    }

    /** It did not answer: the others first, for so long. */
    void avoid(InetAddress address, Duration time, long nowNs) {
        avoidUntilNs.put(address, nowNs + time.toNanos());
    }

    /** It has asked for so much time. */
    void leave(InetAddress address, Duration time, long nowNs) {
        leftUntilNs.put(address, nowNs + time.toNanos());
    }

    /** What is left of the time that it has asked for. */
    long askedForNs(InetAddress address, long nowNs) {
        return leftNs(leftUntilNs, address, nowNs);
    }

    private static long leftNs(Map<InetAddress, Long> until, InetAddress address, long nowNs) {
        return Math.max(0, until.getOrDefault(address, nowNs) - nowNs);
    }
}
