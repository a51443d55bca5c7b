package io.parcelnode.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PeerResultTest {
    private static final long SECOND_NS = 1_000_000_000;

    @Test
    void reportsMediansSpreadAndRatio() {
        List<PeerResult.Run> runs = List.of(run(125_000_000), run(100_000_000), run(150_000_000));

        assertEquals(
                "{\"what\":\"loopback\",\"peer\":\"x\",\"mbit_per_s\":1000.0,\"cpu_s_per_gb\":12.000,\"runs\":3,"
                        + "\"spread\":0.400,\"ratio_to_libudt\":0.500}",
                JsonLines.toJson(PeerResult.ofRuns("x", runs, 2_000)).toString());
    }

    @Test
    void leavesTheRatioOutWithoutLibudt() {
        PeerResult result = PeerResult.ofRuns("x", List.of(run(125_000_000)), Double.NaN);

        assertEquals(false, JsonLines.toJson(result).has("ratio_to_libudt"));
    }

    @Test
    void anErrorIsALineOfItsOwn() {
        assertEquals(
                "{\"what\":\"loopback\",\"peer\":\"x\",\"error\":\"no library\"}",
                JsonLines.toJson(PeerResult.failed("x", "no library")).toString());
    }

    /** One second long; one core busy at the sender and half a core at the receiver. */
    private static PeerResult.Run run(long bytes) {
        return new PeerResult.Run(
                new Measurement(2 * bytes, SECOND_NS, SECOND_NS), new Measurement(bytes, SECOND_NS, SECOND_NS / 2));
    }
}
