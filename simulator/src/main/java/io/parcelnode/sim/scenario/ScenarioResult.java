package io.parcelnode.sim.scenario;

import java.util.List;

/**
 * What a run found.
 *
 * @param jain Jain's fairness index of the flows' goodputs: 1 when all are equal, 1/n when one has everything
 * @param crossMbit payload that each flow of cross traffic delivered, in Mbit/s, in the order of the scenario
 * @param linkUse share of the bottleneck's capacity, headers included, that came out of it and was not lost
 * @param retransmittedShare share of the data packets sent that were sent again
 * @param queueDelayMsP50 median of the time that packets waited in front of the bottleneck
 * @param queueDelayMsP99 their 99th percentile
 * @param virtualPackets data datagrams delivered to an engine
 * @param packetsLost datagrams lost on the data path, for whatever reason
 * @param wallNs real time that the run took, by the clock that was injected
 * @param traceHash equal for equal runs, on every JDK
 */
public record ScenarioResult(
        Scenario scenario,
        List<FlowResult> flows,
        List<Double> crossMbit,
        double jain,
        double linkUse,
        double retransmittedShare,
        double queueDelayMsP50,
        double queueDelayMsP99,
        long virtualPackets,
        long packetsLost,
        long wallNs,
        long traceHash,
        TimeSeries series) {
    public ScenarioResult {
        flows = List.copyOf(flows);
        crossMbit = List.copyOf(crossMbit);
    }

    /** 0 when the clock did not move. */
    public double virtualPacketsPerSecond() {
        return wallNs <= 0 ? 0 : virtualPackets * 1e9 / wallNs;
    }

    static double jain(List<FlowResult> flows) {
        double sum = 0;
        double squares = 0;
        for (FlowResult flow : flows) {
            sum += flow.goodputMbit();
            squares += flow.goodputMbit() * flow.goodputMbit();
        }
        return squares == 0 ? 1 : sum * sum / (flows.size() * squares);
    }
}
