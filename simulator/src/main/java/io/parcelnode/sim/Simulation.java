package io.parcelnode.sim;

import io.parcelnode.udt.UdtOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * A network, its flows and their time. Everything follows from the seed. Not thread-safe.
 *
 * <p>Each concern draws from a random stream of its own, so that one more link or flow leaves the others as they were.
 */
public final class Simulation {
    /** Most packets that may be on their way at once. */
    public static final int PACKETS_MAX = PacketStore.PACKETS_MAX;
    /** Heap that each of them takes, with its place in the lines of the links. */
    public static final int PACKET_MEMORY_BYTES = PacketStore.RUN_MEMORY_BYTES + 64;
    /** Heap that one takes beyond that which is not cut from a flow's stream, or was damaged. */
    public static final int WHOLE_PACKET_MEMORY_BYTES = WholePackets.PACKET_MAX_BYTES + 64;

    private static final int TRANSCRIPT_PACKETS = 64;

    private final long seed;
    private final EventQueue events = new EventQueue();
    private final PacketStore packets = new PacketStore();
    private final Transcript transcript = new Transcript(TRANSCRIPT_PACKETS);
    private final TraceHash trace = new TraceHash();
    private final byte[] pattern;
    private int streams;
    private final List<Link> links = new ArrayList<>();
    private final List<SimulatedFlow> flows = new ArrayList<>();

    private Simulation(long seed) {
        this.seed = seed;
        this.pattern = ByteStream.pattern(random("payload"));
    }

    public static Simulation seeded(long seed) {
        return new Simulation(seed);
    }

    /** A new random stream that follows from the seed and this name alone. */
    public SplittableRandom random(String concern) {
        return new SplittableRandom(
                new SplittableRandom(seed).nextLong() ^ concern.hashCode() * 0x9E37_79B9_7F4A_7C15L);
    }

    public Link link(String name, LinkConditions conditions) {
        Link link = new Link(
                events, packets, transcript, name, links.size(), conditions, random("link " + name + links.size()));
        links.add(link);
        return link;
    }

    /** A way through the network to {@code sink}; for traffic that is not a {@link SimulatedFlow}. */
    public Route route(List<Link> path, PacketSink sink) {
        return route(path, sink, null);
    }

    /** A stream for an application to write. */
    ByteStream stream() {
        return new ByteStream(pattern, streams++);
    }

    /** The way of an end that sends what it cuts from {@code stream}. */
    Route route(List<Link> path, PacketSink sink, ByteStream stream) {
        return new Route(events, packets, trace, path, sink, stream);
    }

    /** A connection whose client asks at once. */
    public SimulatedFlow flow(UdtOptions options, List<Link> there, List<Link> back) {
        return flow(FlowOptions.of(options), there, back);
    }

    /** A connection whose client asks after {@link FlowOptions#startDelay}. */
    public SimulatedFlow flow(FlowOptions options, List<Link> there, List<Link> back) {
        SimulatedFlow flow = new SimulatedFlow(this, flows.size() + 1, options, there, back);
        flows.add(flow);
        return flow;
    }

    /** Time since the start, in nanoseconds. */
    public long nowNs() {
        return events.nowNs();
    }

    public void runFor(Duration duration) {
        runUntil(() -> false, duration);
    }

    /**
     * Runs until the condition holds, which is looked at after each event.
     *
     * @return whether it holds
     */
    public boolean runUntil(BooleanSupplier condition, Duration atMost) {
        long endNs = events.nowNs() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (events.nextNs() > endNs) {
                events.advanceTo(endNs);
                return condition.getAsBoolean();
            }
            events.runNext();
        }
        return true;
    }

    /** Runs something once at a time from now, such as a change of conditions. */
    public void after(Duration delay, Runnable action) {
        int handler = events.register((nowNs, argument) -> action.run());
        events.schedule(events.nowNs() + delay.toNanos(), handler, 0);
    }

    /** A timer at rest; its action is given the time. */
    public SimulationTimer timer(LongConsumer action) {
        return new SimulationTimer(events, action);
    }

    /** Packets that have entered any link so far. */
    public long packetCount() {
        return transcript.count();
    }

    /** Equal for runs in which the same packets met the same fates at the same times. */
    public long digest() {
        return transcript.digest();
    }

    /** From now on every datagram that is delivered counts in {@link #traceHash}. */
    public void traceDeliveries() {
        trace.start();
    }

    /** Equal, on every JDK, for runs in which the same bytes were delivered at the same times by the same links. */
    public long traceHash() {
        return trace.value();
    }

    /** From now on the ends of all routes throw away what was corrupted on the way, as UDP's checksum does. */
    public void verifyChecksums() {
        packets.verifyChecksums();
    }

    /** Packets that were thrown away for that. */
    public long checksumFailures() {
        return packets.checksumFailures();
    }

    /** Seed, conditions, state of the flows and the last packets: what one needs to see after a failure. */
    public String describe() {
        StringBuilder text = new StringBuilder("seed " + seed + " at " + events.nowNs() / 1e9 + " s\n");
        links.forEach(link -> text.append(link).append('\n'));
        flows.forEach(flow -> text.append(flow).append('\n'));
        return text.append("last packets:\n").append(transcript).toString();
    }

    EventQueue events() {
        return events;
    }

    PacketStore packets() {
        return packets;
    }
}
