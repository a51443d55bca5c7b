package io.parcelnode.sim.scenario;

import io.parcelnode.udt.CloseReason;

/**
 * What one flow got.
 *
 * @param goodputMbit payload read and checked at the other end, over the flow's planned life, in Mbit/s
 * @param bytesDelivered the same in bytes
 * @param closedEarly why the connection ended before its time, null if it did not
 */
public record FlowResult(
        FlowPlan plan,
        double goodputMbit,
        long bytesDelivered,
        long packetsSent,
        long packetsRetransmitted,
        CloseReason closedEarly) {}
