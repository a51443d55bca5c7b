package io.parcelnode.node.cli;

import io.parcelnode.udt.Congestion;
import io.parcelnode.udt.UdtOptions;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The flags about UDT and its memory that both ends share. */
public final class TransportOptions {
    private static final int MTU_BYTES = 1_500;
    private static final int SMALL_WINDOW_PACKETS = 1_024;
    private static final int SMALL_SEND_BUFFER_BYTES = 1 << 20;
    private static final int SEND_BUFFER_MAX_BYTES = 1 << 30;

    @Option(
            names = "--congestion",
            paramLabel = "NAME",
            defaultValue = "bbr",
            converter = CongestionName.class,
            description = "Congestion control of what this end sends: daimd, bbr, tcp or fixed:RATE, such as"
                    + " fixed:200Mbit (default: ${DEFAULT-VALUE}).")
    Congestion congestion = Congestion.BBR;

    @Option(
            names = "--memory",
            paramLabel = "BYTES",
            converter = MemoryFlag.class,
            description = "Most that all buffers together may take, 32M to what the JVM may use (default: half of that,"
                    + " see PARCEL_JAVA_OPTS).")
    MemoryPlan memory;

    /** A server sends much and receives little. */
    public UdtOptions forServer() {
        return forServer(memory());
    }

    /** As {@link #forServer()}, with a part of the memory. */
    public UdtOptions forServer(MemoryPlan plan) {
        return UdtOptions.DEFAULT
                .withMtuBytes(MTU_BYTES)
                .withCongestion(congestion)
                .withFlightWindowPackets(SMALL_WINDOW_PACKETS)
                .withSendBufferBytes((int) Math.min(SEND_BUFFER_MAX_BYTES, plan.connectionsBytes()))
                .withLingerTimeout(Duration.ofSeconds(5))
                .withPeerTimeout(Duration.ofSeconds(30));
    }

    /** A client receives much and sends little. */
    public UdtOptions forClient() {
        return forClient(memory());
    }

    /** As {@link #forClient()}, with a part of the memory. */
    public UdtOptions forClient(MemoryPlan plan) {
        return UdtOptions.DEFAULT
                .withMtuBytes(MTU_BYTES)
                .withCongestion(congestion)
                .withFlightWindowPackets(plan.windowPackets())
                .withSendBufferBytes(SMALL_SEND_BUFFER_BYTES)
                .withLingerTimeout(Duration.ofSeconds(2))
                .withPeerTimeout(Duration.ofSeconds(8));
    }

    /** How the buffers of this process share its memory. */
    public MemoryPlan memory() {
        return memory == null ? MemoryPlan.ofThisJvm() : memory;
    }

    /** A size that this JVM can bear. */
    static final class MemoryFlag implements ITypeConverter<MemoryPlan> {
        @Override
        public MemoryPlan convert(String text) {
            long bytes = new Units.Size().convert(text);
            long mostBytes = Runtime.getRuntime().maxMemory();
            if (bytes < MemoryPlan.MIN_BYTES || bytes > mostBytes) {
                throw new TypeConversionException("'" + text + "' is outside 32M.." + (mostBytes >> 20)
                        + "M, which is what this JVM may use; PARCEL_JAVA_OPTS=-Xmx2g gives it 2 GiB");
            }
            return new MemoryPlan(bytes);
        }
    }
}
