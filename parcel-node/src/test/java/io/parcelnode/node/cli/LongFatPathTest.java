package io.parcelnode.node.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.sim.FlowOptions;
import io.parcelnode.sim.LinkConditions;
import io.parcelnode.sim.LinkFaults;
import io.parcelnode.sim.SimulatedFlow;
import io.parcelnode.sim.Simulation;
import io.parcelnode.udt.UdtOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 1 Gbit/s over 300 ms with the options that serve and get use: nothing has to be tuned. */
class LongFatPathTest {
    private static final double RATE = 1e9;
    private static final Duration ONE_WAY = Duration.ofMillis(150);
    private static final int START_UP_SECONDS = 6;
    private static final int SECONDS = 8;
    private static final MemoryPlan PLAN = new MemoryPlan(1L << 30);

    @ParameterizedTest
    @CsvSource({"0, 0.90", "0.0001, 0.90", "0.01, 0.85"})
    void isFilledUntuned(double lossShare, double least) {
        UdtOptions client = new TransportOptions().forClient(PLAN);
        UdtOptions server = new TransportOptions().forServer(PLAN);
        double share = share(client, server, lossShare);
        assertTrue(share >= least, "share " + share);
    }

    /** The same flow with buffers that hold it back in nothing: the share that the path and the control leave. */
    @Test
    void isNearWhatHugeBuffersGive() {
        double lossShare = 0.01;
        UdtOptions huge = new TransportOptions()
                .forServer(PLAN)
                .withFlightWindowPackets(1 << 20)
                .withSendBufferBytes(1 << 30);
        double best = share(huge, huge, lossShare);
        double share = share(new TransportOptions().forClient(PLAN), new TransportOptions().forServer(PLAN), lossShare);
        assertTrue(share >= 0.97 * best, share + " where huge buffers give " + best);
    }

    /** What the server's application sends through to the client's after start-up, of what the link could carry. */
    private static double share(UdtOptions client, UdtOptions server, double lossShare) {
        Simulation sim = Simulation.seeded(3);
        LinkConditions clean = LinkConditions.of(RATE, ONE_WAY);
        LinkConditions lossy = clean.withFaults(LinkFaults.NONE.withLossShare(lossShare));
        SimulatedFlow flow = sim.flow(
                FlowOptions.of(client).withServer(server),
                List.of(sim.link("requests", clean)),
                List.of(sim.link("data", lossy)));
        flow.server().send(Long.MAX_VALUE / 2);
        sim.runFor(Duration.ofSeconds(START_UP_SECONDS));
        long before = flow.client().bytesRead();
        sim.runFor(Duration.ofSeconds(SECONDS));
        double ideal = RATE / 8 * SECONDS * 1_456 / 1_500 * (1 - lossShare);
        return (flow.client().bytesRead() - before) / ideal;
    }
}
