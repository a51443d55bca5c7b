package io.parcelnode.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.Congestion;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.PacketHeader;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A peer that lies in its reports for five seconds: the sender goes on within its memory, and once the peer speaks the
 * truth again, it is as fast as the path before long. What is no packet of ours at all is in {@link HostilePacketsTest}.
 */
class LyingPeerTest {
    private static final LinkConditions LINK = LinkConditions.of(50e6, Duration.ofMillis(20));
    private static final UdtOptions OPTIONS = UdtOptions.DEFAULT.withSendBufferBytes(8 << 20);

    // Places in the body of a feedback packet (FeedbackBody) and of a full ACK (AckBody).
    private static final int ARRIVED = 16;
    private static final int ECHO = 24;
    private static final int HELD = 28;
    private static final int WINDOW = 32;
    private static final int RATE = 36;
    private static final int CAPACITY = 40;
    private static final int LATENESS = 48;
    private static final int ACK_RTT = 4;
    private static final int ACK_WINDOW = 12;
    private static final int ACK_RATE = 16;
    private static final int ACK_CAPACITY = 20;

    private final Simulation sim = Simulation.seeded(9);

    @ParameterizedTest
    @CsvSource({
        "bbr, rates of 0",
        "bbr, rates of 2^31",
        "bbr, no arrivals",
        "bbr, wild arrivals",
        "bbr, negative round trip",
        "bbr, round trip of nothing",
        "bbr, endless round trip",
        "bbr, wild lateness",
        "bbr, window of 0",
        "bbr, window of 1",
        "daimd, rates of 0",
        "daimd, rates of 2^31",
        "daimd, negative round trip",
        "daimd, window of 1",
        "tcp, negative round trip",
        "tcp, window of 0",
    })
    void reportsOfOurOwnKind(String control, String lie) {
        run(control, true, (packet, length) -> {
            int body = PacketHeader.LENGTH;
            if (!Packets.isFeedback(packet)) {
                return;
            }
            switch (lie) {
                case "rates of 0" -> putAll(packet, 0, body + RATE, body + CAPACITY);
                case "rates of 2^31" -> putAll(packet, Integer.MIN_VALUE, body + RATE, body + CAPACITY);
                case "no arrivals" -> put(packet, body + ARRIVED, 0);
                case "wild arrivals" -> put(packet, body + ARRIVED, (int) (sim.nowNs() * 7919));
                case "negative round trip" -> put(packet, body + ECHO, get(packet, body + ECHO) + 50_000_000);
                case "round trip of nothing" -> put(packet, body + HELD, 19_999 + get(packet, body + HELD));
                case "endless round trip" -> put(packet, body + ECHO, get(packet, body + ECHO) - 50_000_000);
                case "wild lateness" -> put(packet, body + LATENESS, Integer.MIN_VALUE);
                case "window of 0" -> put(packet, body + WINDOW, 0);
                case "window of 1" -> put(packet, body + WINDOW, 1);
                default -> throw new IllegalArgumentException(lie);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "bbr, rates of 0",
        "bbr, rates of 2^31",
        "bbr, negative round trip",
        "bbr, window of 0",
        "bbr, negative window",
        "daimd, rates of 0",
        "daimd, negative round trip",
        "daimd, negative window",
    })
    void acknowledgementsAsLibudtSendsThem(String control, String lie) {
        run(control, false, (packet, length) -> {
            int body = PacketHeader.LENGTH;
            boolean isAck = PacketHeader.isControl(packet, 0) && ControlHeader.type(packet, 0) == ControlHeader.ACK;
            if (!isAck || length < body + ACK_CAPACITY + 4) {
                return;
            }
            switch (lie) {
                case "rates of 0" -> putAll(packet, 0, body + ACK_RATE, body + ACK_CAPACITY);
                case "rates of 2^31" -> putAll(packet, Integer.MIN_VALUE, body + ACK_RATE, body + ACK_CAPACITY);
                case "negative round trip" -> put(packet, body + ACK_RTT, -100_000);
                case "window of 0" -> put(packet, body + ACK_WINDOW, 0);
                case "negative window" -> put(packet, body + ACK_WINDOW, Integer.MIN_VALUE);
                default -> throw new IllegalArgumentException(lie);
            }
        });
    }

    private void run(String control, boolean isExtended, Lie lie) {
        Congestion congestion =
                switch (control) {
                    case "daimd" -> Congestion.DAIMD;
                    case "tcp" -> Congestion.TCP;
                    default -> Congestion.BBR;
                };
        SimulatedFlow flow = sim.flow(
                FlowOptions.of(OPTIONS.withCongestion(congestion)).withServer(OPTIONS.withExtension(isExtended)),
                List.of(sim.link("there", LINK)),
                List.of(sim.link("back", LINK)));
        long[] until = {Long.MAX_VALUE};
        flow.server().tap(new EndTap() {
            @Override
            public int onSend(long nowNs, MutableDirectBuffer packet, int length) {
                if (nowNs > 1_000_000_000 && nowNs < until[0]) {
                    lie.tell(packet, length);
                }
                return length;
            }
        });
        flow.client().send(Long.MAX_VALUE / 2);
        for (int tenth = 0; tenth < 60; tenth++) {
            sim.runFor(Duration.ofMillis(100));
            long held = flow.client().connection().bufferBytes();
            assertTrue(held <= 10 << 20, () -> "holds " + held + "\n" + sim.describe());
        }
        until[0] = sim.nowNs();
        sim.runFor(Duration.ofSeconds(25));
        long before = flow.server().bytesReceived();
        sim.runFor(Duration.ofSeconds(5));
        double share = (flow.server().bytesReceived() - before) * 8 / (50e6 * 5);
        assertTrue(flow.client().isConnected(), sim::describe);
        assertTrue(share > 0.5, () -> "share of the link after the lies " + share + "\n" + sim.describe());
    }

    private static void putAll(MutableDirectBuffer packet, int value, int... offsets) {
        for (int offset : offsets) {
            put(packet, offset, value);
        }
    }

    private static void put(MutableDirectBuffer packet, int offset, int value) {
        packet.putInt(offset, value, ByteOrder.BIG_ENDIAN);
    }

    private static int get(MutableDirectBuffer packet, int offset) {
        return packet.getInt(offset, ByteOrder.BIG_ENDIAN);
    }

    private interface Lie {
        void tell(MutableDirectBuffer packet, int length);
    }
}
