package io.parcelnode.node.cli;

import io.parcelnode.udt.Congestion;
import io.parcelnode.udt.UdtOptions;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The flags about UDT that both ends share, and the buffers that follow from the JVM's memory. */
public final class TransportOptions {
    private static final int MTU_BYTES = 1_500;
    private static final int SMALL_WINDOW_PACKETS = 1_024;
    private static final int SMALL_SEND_BUFFER_BYTES = 1 << 20;
    private static final int BULK_BUFFER_MIN_BYTES = 4 << 20;
    private static final int BULK_BUFFER_MAX_BYTES = 64 << 20;
    /** Share of the heap that one connection's bulk buffer may take. */
    private static final int HEAP_SHARE = 12;

    @Option(
            names = "--congestion",
            paramLabel = "NAME",
            defaultValue = "bbr",
            converter = CongestionName.class,
            description = "Congestion control of what this end sends: daimd, bbr, tcp or fixed:RATE, such as"
                    + " fixed:200Mbit (default: ${DEFAULT-VALUE}).")
    Congestion congestion = Congestion.BBR;

    /** A server sends much and receives little. */
    public UdtOptions forServer() {
        return UdtOptions.DEFAULT
                .withMtuBytes(MTU_BYTES)
                .withCongestion(congestion)
                .withFlightWindowPackets(SMALL_WINDOW_PACKETS)
                .withSendBufferBytes(bulkBufferBytes())
                .withLingerTimeout(Duration.ofSeconds(5))
                .withPeerTimeout(Duration.ofSeconds(30));
    }

    /** A client receives much and sends little. */
    public UdtOptions forClient() {
        return UdtOptions.DEFAULT
                .withMtuBytes(MTU_BYTES)
                .withCongestion(congestion)
                .withFlightWindowPackets(bulkBufferBytes() / MTU_BYTES)
                .withSendBufferBytes(SMALL_SEND_BUFFER_BYTES)
                .withLingerTimeout(Duration.ofSeconds(2))
                .withPeerTimeout(Duration.ofSeconds(8));
    }

    private static int bulkBufferBytes() {
        long share = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
        return (int) Math.max(BULK_BUFFER_MIN_BYTES, Math.min(BULK_BUFFER_MAX_BYTES, share));
    }
}
