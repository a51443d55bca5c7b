package io.parcelnode.node.simulate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parcelnode.node.cli.CongestionName;
import io.parcelnode.sim.Blackout;
import io.parcelnode.sim.scenario.FlowResult;
import io.parcelnode.sim.scenario.PathPlan;
import io.parcelnode.sim.scenario.RateStep;
import io.parcelnode.sim.scenario.Scenario;
import io.parcelnode.sim.scenario.ScenarioResult;
import java.time.Duration;

/** The result for scripts: one object on one line. Runs of one seed differ only in the two fields of real time. */
final class JsonSummary {
    private JsonSummary() {}

    static String of(Conditions conditions, ScenarioResult result) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        conditions(json.putObject("conditions"), result.scenario());
        ArrayNode flows = json.putArray("flows");
        for (int i = 0; i < result.flows().size(); i++) {
            flow(flows.addObject(), result.flows().get(i));
        }
        ArrayNode cross = json.putArray("cross");
        for (int i = 0; i < result.crossMbit().size(); i++) {
            cross.addObject()
                    .put("kind", Conditions.name(result.scenario().cross().get(i)))
                    .put("goodput_mbit", round(result.crossMbit().get(i)));
        }
        return json.put("jain", round(result.jain()))
                .put("link_use", round(result.linkUse()))
                .put("retransmitted_share", round(result.retransmittedShare()))
                .put("packets_lost", result.packetsLost())
                .put("queue_delay_ms_p50", round(result.queueDelayMsP50()))
                .put("queue_delay_ms_p99", round(result.queueDelayMsP99()))
                .put("virtual_packets", result.virtualPackets())
                .put("virtual_packets_per_second", Math.round(result.virtualPacketsPerSecond()))
                .put("wall_seconds", round(result.wallNs() / 1e9))
                .put("trace_hash", String.format("%016x", result.traceHash()))
                .toString();
    }

    private static void flow(ObjectNode json, FlowResult flow) {
        json.put("rtt_ms", ms(flow.plan().rtt()))
                .put("congestion", CongestionName.of(flow.plan().congestion()))
                .put("start_s", ms(flow.plan().start()) / 1e3)
                .put("stop_s", ms(flow.plan().stop()) / 1e3)
                .put("goodput_mbit", round(flow.goodputMbit()))
                .put("bytes", flow.bytesDelivered())
                .put("packets_sent", flow.packetsSent())
                .put("packets_retransmitted", flow.packetsRetransmitted())
                .put(
                        "closed_early",
                        flow.closedEarly() == null ? null : flow.closedEarly().name());
        if (flow.plan().limitBitsPerSecond() > 0) {
            json.put("limit_mbit", flow.plan().limitBitsPerSecond() / 1e6);
        }
    }

    private static void conditions(ObjectNode json, Scenario scenario) {
        PathPlan path = scenario.path();
        json.put("rate_mbit", path.rateBitsPerSecond() / 1e6)
                .put("queue_bytes", path.queueBytes())
                .put("loss_share", path.lossShare())
                .put("burst_packets", path.burstPackets())
                .put("jitter_ms", ms(path.jitter()))
                .put("reorder_share", path.reorderShare())
                .put("duplicate_share", path.duplicateShare())
                .put("corrupt_share", path.corruptShare())
                .put("return_loss_share", path.returnLossShare());
        ArrayNode blackouts = json.putArray("blackouts");
        for (Blackout blackout : path.blackouts()) {
            blackouts
                    .addObject()
                    .put("at_s", ms(blackout.from()) / 1e3)
                    .put("for_s", ms(blackout.to().minus(blackout.from())) / 1e3);
        }
        ArrayNode steps = json.putArray("steps");
        for (RateStep step : path.steps()) {
            steps.addObject().put("at_s", ms(step.at()) / 1e3).put("rate_mbit", step.rateBitsPerSecond() / 1e6);
        }
        json.put("duration_s", ms(scenario.duration()) / 1e3).put("seed", scenario.seed());
    }

    private static double ms(Duration time) {
        return time.toNanos() / 1e6;
    }

    private static double round(double value) {
        return Math.round(value * 1e6) / 1e6;
    }
}
