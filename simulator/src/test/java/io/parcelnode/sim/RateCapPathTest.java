package io.parcelnode.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.Congestion;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.wire.FeedbackBody;
import io.parcelnode.udt.wire.PacketHeader;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A limit on the rate holds, whoever set it and whatever control, path and peer would have. */
class RateCapPathTest {
    private static final long LIMIT = 20_000_000;
    private static final double PAYLOAD_SHARE = 1_456.0 / 1_500;
    private static final LinkConditions LINK = LinkConditions.of(200e6, Duration.ofMillis(20));

    private final Simulation sim = Simulation.seeded(5);
    private SimulatedFlow flow;
    private SendWatch watch;
    private int mtuBytes = 1_500;

    @ParameterizedTest
    @ValueSource(strings = {"daimd", "bbr", "tcp", "fixed"})
    void noControlAndNoRetransmissionExceedsIt(String control) {
        start(control, LINK.withFaults(LinkFaults.NONE.withLossShare(0.05)));
        flow.client().limitSending(LIMIT);
        watch.limit(LIMIT);
        sim.runFor(Duration.ofSeconds(20));
        assertTrue(flow.client().stats().packetsRetransmitted() > 100, sim::describe);
        assertTrue(flow.server().bytesRead() > 1_000_000, sim::describe);
    }

    @ParameterizedTest
    @ValueSource(strings = {"daimd", "bbr", "fixed"})
    void isKeptWithinAPercentEverySecond(String control) {
        start(control, LINK);
        flow.client().limitSending(LIMIT);
        watch.limit(LIMIT);
        sim.runFor(Duration.ofSeconds(2));
        for (int second = 0; second < 10; second++) {
            assertEquals(LIMIT * PAYLOAD_SHARE, readInASecond(), 0.01 * LIMIT, sim::describe);
        }
    }

    @Test
    void isKeptWhenTheReceiverAsksForIt() {
        start("bbr", LINK);
        flow.server().limitReceiving(LIMIT);
        sim.runFor(Duration.ofSeconds(2));
        watch.limit(LIMIT);
        for (int second = 0; second < 10; second++) {
            assertEquals(LIMIT * PAYLOAD_SHARE, readInASecond(), 0.01 * LIMIT, sim::describe);
        }
    }

    @Test
    void theReceiverIsHeardOverALossyWayBack() {
        start("bbr", LINK, LINK.withFaults(LinkFaults.NONE.withLossShare(0.3)));
        flow.server().limitReceiving(LIMIT);
        sim.runFor(Duration.ofSeconds(2));
        watch.limit(LIMIT);
        sim.runFor(Duration.ofSeconds(5));
        assertTrue(flow.server().bytesRead() * 8 > 0.9 * LIMIT * PAYLOAD_SHARE * 7, sim::describe);
    }

    @Test
    void followsWhenItIsChanged() {
        start("bbr", LINK);
        for (long limit : new long[] {LIMIT, LIMIT / 4, 2 * LIMIT, LIMIT / 10, LIMIT}) {
            flow.server().limitReceiving(limit);
            sim.runFor(Duration.ofSeconds(3));
            assertEquals(limit * PAYLOAD_SHARE, readInASecond(), 0.02 * limit + 2 * 1_500 * 8, sim::describe);
        }
        flow.server().limitReceiving(0);
        sim.runFor(Duration.ofSeconds(5));
        assertTrue(readInASecond() > 0.8 * 200e6 * PAYLOAD_SHARE, sim::describe);
    }

    /** What a peer says of its window, of arrivals and of the rate that it would like is no way around our own limit. */
    @Test
    void aPeerThatLiesDoesNotLiftIt() {
        start("bbr", LINK.withFaults(LinkFaults.NONE.withLossShare(0.02)));
        int[] told = {0};
        flow.server().tap(new EndTap() {
            @Override
            public int onSend(long nowNs, MutableDirectBuffer packet, int length) {
                if (Packets.isFeedback(packet)) {
                    int[] asked = {0, 1, -1, Integer.MAX_VALUE, 20};
                    packet.putInt(4, asked[told[0]++ % asked.length], ByteOrder.BIG_ENDIAN);
                    FeedbackBody.limits(packet, PacketHeader.LENGTH, 1 << 20, Integer.MAX_VALUE, Integer.MAX_VALUE);
                }
                return length;
            }
        });
        flow.client().limitSending(LIMIT);
        watch.limit(LIMIT);
        sim.runFor(Duration.ofSeconds(20));
        assertTrue(told[0] > 100, sim::describe);
    }

    @Test
    void headersAreCountedNotOnlyPayload() {
        mtuBytes = 200;
        start("bbr", LINK);
        flow.client().limitSending(LIMIT / 10);
        sim.runFor(Duration.ofSeconds(2));
        watch.limit(LIMIT / 10);
        assertEquals(LIMIT / 10 * 156 / 200.0, readInASecond(), 0.02 * LIMIT / 10, sim::describe);
    }

    private double readInASecond() {
        long before = flow.server().bytesReceived();
        sim.runFor(Duration.ofSeconds(1));
        return (flow.server().bytesReceived() - before) * 8;
    }

    private void start(String control, LinkConditions there) {
        start(control, there, LINK);
    }

    private void start(String control, LinkConditions there, LinkConditions back) {
        Congestion congestion =
                switch (control) {
                    case "daimd" -> Congestion.DAIMD;
                    case "bbr" -> Congestion.BBR;
                    case "tcp" -> Congestion.TCP;
                    default -> Congestion.fixed(10 * LIMIT);
                };
        UdtOptions options = UdtOptions.DEFAULT.withCongestion(congestion).withMtuBytes(mtuBytes);
        flow = sim.flow(options, List.of(sim.link("there", there)), List.of(sim.link("back", back)));
        watch = new SendWatch();
        flow.client().tap(watch);
        assertTrue(sim.runUntil(flow::isConnected, Duration.ofSeconds(5)), sim::describe);
        flow.client().send(Long.MAX_VALUE / 2);
    }

    /** Adds up what leaves with data in it and holds every 100 ms of it to the limit. */
    private final class SendWatch implements EndTap {
        private static final long WINDOW_NS = 100_000_000;
        private static final int HEADERS = 28;

        private final ArrayDeque<long[]> window = new ArrayDeque<>();
        private long windowBytes;
        private double windowMaxBytes = Double.POSITIVE_INFINITY;

        void limit(long bitsPerSecond) {
            window.clear();
            windowBytes = 0;
            double bytesPerSecond = bitsPerSecond / 8.0;
            windowMaxBytes = bytesPerSecond * 0.1 + Math.min(bytesPerSecond * 1e-3, 1 << 16) + 1_500;
        }

        @Override
        public int onSend(long nowNs, MutableDirectBuffer packet, int length) {
            if (Packets.isData(packet)) {
                window.addLast(new long[] {nowNs, length + HEADERS});
                windowBytes += length + HEADERS;
                while (window.peekFirst()[0] <= nowNs - WINDOW_NS) {
                    windowBytes -= window.removeFirst()[1];
                }
                assertTrue(
                        windowBytes <= windowMaxBytes,
                        () -> windowBytes + " bytes within 100 ms, above " + windowMaxBytes + "\n" + sim.describe());
            }
            return length;
        }
    }
}
