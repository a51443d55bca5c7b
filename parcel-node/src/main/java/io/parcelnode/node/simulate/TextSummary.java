package io.parcelnode.node.simulate;

import io.parcelnode.node.cli.Units;
import io.parcelnode.sim.scenario.FlowResult;
import io.parcelnode.sim.scenario.ScenarioResult;
import java.util.List;
import java.util.Locale;

/** The result for people. */
final class TextSummary {
    private TextSummary() {}

    static String of(Conditions conditions, ScenarioResult result) {
        StringBuilder text = new StringBuilder();
        line(text, "%s", conditions.title());
        line(text, "%-12s %8s %8s %8s %16s %9s", "", "rtt", "from", "to", "goodput", "resent");
        List<String> names = conditions.flowNames();
        for (int i = 0; i < result.flows().size(); i++) {
            FlowResult flow = result.flows().get(i);
            line(
                    text,
                    "%-12s %8s %8s %8s %9.1f Mbit/s %8.3f%%%s",
                    names.get(i),
                    Units.describeTime(flow.plan().rtt()),
                    Units.describeTime(flow.plan().start()),
                    Units.describeTime(flow.plan().stop()),
                    flow.goodputMbit(),
                    flow.packetsSent() == 0 ? 0 : 100.0 * flow.packetsRetransmitted() / flow.packetsSent(),
                    flow.closedEarly() == null ? "" : "  ended early: " + flow.closedEarly());
        }
        for (int i = 0; i < result.crossMbit().size(); i++) {
            String name = names.get(result.flows().size() + i);
            line(text, "%-12s %26s %9.1f Mbit/s", name, "", result.crossMbit().get(i));
        }
        line(text, "Jain's index     %.4f", result.jain());
        line(text, "Link use         %.1f%%", 100 * result.linkUse());
        line(text, "Retransmitted    %.3f%%", 100 * result.retransmittedShare());
        line(text, "Lost on the way  %d datagrams", result.packetsLost());
        line(text, "Queueing delay   %.2f ms median, %.2f ms p99", result.queueDelayMsP50(), result.queueDelayMsP99());
        line(
                text,
                "Virtual packets  %d in %.2f s, %.2f million/s",
                result.virtualPackets(),
                result.wallNs() / 1e9,
                result.virtualPacketsPerSecond() / 1e6);
        return text.append(String.format("Trace hash       %016x", result.traceHash()))
                .toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
