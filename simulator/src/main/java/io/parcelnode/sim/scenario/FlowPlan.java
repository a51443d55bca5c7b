package io.parcelnode.sim.scenario;

import io.parcelnode.udt.Congestion;
import java.time.Duration;

/**
 * One flow through the bottleneck. It always has data to send.
 *
 * @param rtt round trip time without any queue, up to 10 s
 * @param start when its client connects
 * @param stop when its application stops, after {@code start}
 * @param limitBitsPerSecond most that its application writes; 0 for no limit
 * @param congestion what decides how fast it sends
 */
public record FlowPlan(Duration rtt, Duration start, Duration stop, long limitBitsPerSecond, Congestion congestion) {
    static final Duration RTT_MAX = Duration.ofSeconds(10);

    /** With UDT's own congestion control. */
    public FlowPlan(Duration rtt, Duration start, Duration stop, long limitBitsPerSecond) {
        this(rtt, start, stop, limitBitsPerSecond, Congestion.DAIMD);
    }

    public FlowPlan {
        if (rtt.isNegative() || rtt.compareTo(RTT_MAX) > 0) {
            throw new IllegalArgumentException("rtt=" + rtt + " is outside PT0S.." + RTT_MAX);
        }
        if (start.isNegative() || stop.compareTo(start) <= 0) {
            throw new IllegalArgumentException("a flow cannot last from " + start + " to " + stop);
        }
        if (limitBitsPerSecond < 0) {
            throw new IllegalArgumentException("limitBitsPerSecond=" + limitBitsPerSecond + " is negative");
        }
    }
}
