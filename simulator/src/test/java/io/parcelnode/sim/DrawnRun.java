package io.parcelnode.sim;

import static io.parcelnode.sim.StreamWatch.require;

import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.Congestion;
import io.parcelnode.udt.UdtOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * One connection over a drawn network with drawn limits and applications, from the handshake to the end: faults, then
 * none, then progress is owed. Everything follows from the seed.
 *
 * <p>The swarm's rule: each fault and each oddity is off in a good part of the runs and may be extreme in the others,
 * so that none of them hides what another one would show.
 */
final class DrawnRun {
    private static final UdtOptions PATIENT =
            UdtOptions.DEFAULT.withConnectTimeout(Duration.ofMinutes(2)).withLingerTimeout(Duration.ofMinutes(3));
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(20);

    /** When all of its Shutdowns are lost, the other side notices the silence only after its timeout. */
    private static final Duration CLOSE_AMID_FAULTS_WITHIN = Duration.ofMinutes(2);

    private final long seed;
    private final Simulation sim;
    private final SplittableRandom random;
    private final List<Link> there;
    private final List<Link> back;
    private final UdtOptions clientOptions;
    private final UdtOptions serverOptions;
    private final int initialSequence;
    private final Duration faultTime;
    /** Of what the client sends: its own limit or one that the server asks for, 0 for none. */
    private final long limitBits;

    private final boolean serverAsks;
    private final boolean closesAmidFaults;
    private final SimulatedFlow flow;
    private final WatchedEnd client;
    private final WatchedEnd server;
    private final String drawn;

    private DrawnRun(long seed, Mutant mutant) {
        this.seed = seed;
        sim = Simulation.seeded(seed);
        random = sim.random("run");
        there = drawPath("there");
        back = drawPath("back");
        boolean odd = random.nextInt(3) == 0;
        clientOptions = odd ? drawLimits() : PATIENT;
        serverOptions = odd ? drawLimits() : PATIENT;
        initialSequence = random.nextBoolean()
                ? Integer.MAX_VALUE - (int) StrictMath.pow(2_000, random.nextDouble())
                : random.nextInt(1, Integer.MAX_VALUE);
        faultTime = Duration.ofMillis(random.nextInt(500, 8_000));
        limitBits = odd && random.nextInt(3) == 0 ? (long) (1e6 * StrictMath.pow(100, random.nextDouble())) : 0;
        serverAsks = random.nextBoolean();
        closesAmidFaults = !odd && random.nextInt(4) == 0;
        FlowOptions options = FlowOptions.of(clientOptions)
                .withServer(serverOptions)
                .withClientRandom(InitialSequence.of(initialSequence, seed));
        flow = sim.flow(options, there, back);
        StreamWatch upload = new StreamWatch(initialSequence, WatchedEnd.windowPackets(serverOptions));
        StreamWatch download = new StreamWatch(initialSequence, WatchedEnd.windowPackets(clientOptions));
        int mtuBytes = mtuBytes();
        client = new WatchedEnd(flow.client(), clientOptions, upload, download, mutant.tap(), mtuBytes);
        server = new WatchedEnd(flow.server(), serverOptions, download, upload, mutant.tap(), mtuBytes);
        drawn = describeDraw(mutant);
    }

    /**
     * Throws an {@link AssertionError} that says all that is known if anything does not hold.
     *
     * @return the digest of all packets
     */
    static long run(long seed, Mutant mutant) {
        DrawnRun run = new DrawnRun(seed, mutant);
        try {
            run.play();
            return run.sim.digest();
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(run.report(failure), failure);
        }
    }

    private void play() {
        if (random.nextInt(6) > 0) {
            drawApplication(flow.client(), 24);
        }
        if (random.nextInt(3) == 0) {
            drawApplication(flow.server(), 23);
        }
        drawReader(flow.client());
        drawReader(flow.server());
        if (limitBits > 0) {
            sim.after(within(faultTime), this::limit);
        }
        if (closesAmidFaults) {
            sim.after(within(faultTime), flow.client()::close);
        }
        runUntil(() -> false, faultTime);
        if (!closesAmidFaults) {
            require(flow.client().closeReason() == null, "the client gave up");
            require(flow.server().closeReason() == null, "the server gave up");
        }
        flow.links().forEach(Link::heal);
        if (closesAmidFaults) {
            finishClosed();
        } else {
            finishTransfer();
        }
        // Whatever is still on its way arrives at ends that are over.
        runUntil(() -> false, Duration.ofSeconds(2));
        require(
                sim.packets().inUse() == 0,
                "packets left over in the network: " + sim.packets().inUse());
    }

    /** The client has closed: what it wrote must arrive, what the server wrote need not. */
    private void finishClosed() {
        require(runUntil(flow::isClosed, CLOSE_AMID_FAULTS_WITHIN), "not closed within " + CLOSE_AMID_FAULTS_WITHIN);
        CloseReason reason = flow.client().closeReason();
        require(reason == CloseReason.LOCAL_CLOSE, "the client closed as " + reason);
        require(flow.server().bytesRead() == flow.client().bytesToSend(), "closed as if all had arrived");
        require(flow.server().hasReadToEnd(), "the server's reader was not told of the end");
    }

    private void finishTransfer() {
        Duration limit = finishWithin();
        require(
                runUntil(() -> flow.isComplete() && flow.client().connectedNs() >= 0, limit),
                "the transfer did not finish within " + limit + " without faults");
        boolean bothClose = random.nextInt(3) == 0;
        flow.client().close();
        if (bothClose) {
            flow.server().close();
        }
        require(runUntil(flow::isClosed, CLOSE_WITHIN), "not closed within " + CLOSE_WITHIN);
        require(flow.isComplete(), "bytes came or went after the end");
        require(flow.server().hasReadToEnd(), "the server's reader was not told of the end");
        CloseReason clientReason = flow.client().closeReason();
        CloseReason serverReason = flow.server().closeReason();
        require(clientReason == CloseReason.LOCAL_CLOSE || bothClose, "the client closed as " + clientReason);
        require(serverReason == CloseReason.PEER_SHUTDOWN || bothClose, "the server closed as " + serverReason);
        // Whatever is still on its way arrives at ends that are over.
        runUntil(() -> false, Duration.ofSeconds(2));
        require(
                sim.packets().inUse() == 0,
                "packets left over in the network: " + sim.packets().inUse());
    }

    private boolean runUntil(BooleanSupplier condition, Duration atMost) {
        return sim.runUntil(
                () -> {
                    client.check(flow.server());
                    server.check(flow.client());
                    return condition.getAsBoolean();
                },
                atMost);
    }

    /** A minute to recover, and what the bytes take at a quarter of the rate that path, window, buffer and control allow. */
    private Duration finishWithin() {
        double roundTripSeconds = 0.02;
        double bytesPerSecond = Double.MAX_VALUE;
        for (Link link : flow.links()) {
            LinkConditions conditions = link.conditions();
            roundTripSeconds += conditions.oneWayDelay().toNanos() / 1e9;
            if (conditions.rateBitsPerSecond() > 0) {
                bytesPerSecond = Math.min(bytesPerSecond, conditions.rateBitsPerSecond() / 8);
            }
        }
        int window = Math.min(WatchedEnd.windowPackets(clientOptions), WatchedEnd.windowPackets(serverOptions));
        double payloadBytes = mtuBytes() - 44;
        double bufferBytes = Math.min(clientOptions.sendBufferBytes(), serverOptions.sendBufferBytes());
        double inFlightBytes = Math.min(window * payloadBytes, bufferBytes);
        bytesPerSecond = Math.min(bytesPerSecond, inFlightBytes / roundTripSeconds);
        if (limitBits > 0) {
            bytesPerSecond = Math.min(bytesPerSecond, limitBits / 8.0);
        }
        for (UdtOptions options : List.of(clientOptions, serverOptions)) {
            if (options.congestion().algorithm() == Congestion.Algorithm.FIXED) {
                bytesPerSecond = Math.min(bytesPerSecond, options.congestion().bitsPerSecond() / 8.0);
            }
        }
        double bytes = flow.client().bytesToSend() + flow.server().bytesToSend();
        // Small packets carry a smaller share of the link's rate.
        double seconds = 4 * bytes / bytesPerSecond * (mtuBytes() / payloadBytes);
        if (clientOptions.congestion().equals(Congestion.TCP)
                || serverOptions.congestion().equals(Congestion.TCP)) {
            // Cut to next to nothing by the faults, its window grows by one packet a round trip.
            seconds += 2 * roundTripSeconds * StrictMath.sqrt(2 * bytes / payloadBytes);
        }
        return Duration.ofMillis((long) (60_000 + 1_000 * seconds));
    }

    private void drawApplication(FlowEnd end, int bytesBitsMax) {
        int pieces = random.nextInt(3) == 0 ? random.nextInt(2, 6) : 1;
        for (int i = 0; i < pieces; i++) {
            // Every size is as likely as its double, with a second draw for the large ones: they wrap and fill more.
            double bits = bytesBitsMax * Math.max(random.nextDouble(), random.nextDouble());
            long bytes = (long) StrictMath.pow(2, bits) / pieces;
            if (i == 0) {
                end.send(bytes);
            } else if (!closesAmidFaults) {
                sim.after(within(faultTime), () -> end.send(bytes));
            }
        }
    }

    /** Some readers stop early and go on later. */
    private void drawReader(FlowEnd end) {
        if (random.nextInt(4) == 0) {
            end.readUpTo(random.nextInt(300_000));
            sim.after(within(faultTime), () -> end.readUpTo(Long.MAX_VALUE));
        }
    }

    private List<Link> drawPath(String name) {
        List<Link> links = new ArrayList<>();
        links.add(sim.link(name, LinkConditions.draw(random)));
        if (random.nextInt(5) == 0) {
            links.add(sim.link(name + "2", LinkConditions.draw(random)));
        }
        return links;
    }

    private UdtOptions drawLimits() {
        return PATIENT.withMtuBytes(random.nextInt(3) == 0 ? random.nextInt(92, 1_501) : 1_500)
                .withFlightWindowPackets(1 << random.nextInt(5, 14))
                .withSendBufferBytes(1 << random.nextInt(16, 24))
                .withExtension(random.nextInt(3) > 0)
                .withCongestion(drawCongestion());
    }

    private Congestion drawCongestion() {
        return switch (random.nextInt(4)) {
            case 0 -> Congestion.DAIMD;
            case 1 -> Congestion.BBR;
            case 2 -> Congestion.TCP;
            default -> Congestion.fixed((long) (1e6 * StrictMath.pow(100, random.nextDouble())));
        };
    }

    private int mtuBytes() {
        return Math.min(clientOptions.mtuBytes(), serverOptions.mtuBytes());
    }

    private void limit() {
        FlowEnd end = serverAsks ? flow.server() : flow.client();
        if (end.connection() != null && serverAsks) {
            end.limitReceiving(limitBits);
        } else if (end.connection() != null) {
            end.limitSending(limitBits);
        }
    }

    private Duration within(Duration limit) {
        return Duration.ofNanos(random.nextLong(limit.toNanos()));
    }

    private String describeDraw(Mutant mutant) {
        return "mutant " + mutant + ", initial sequence " + initialSequence + ", faults for " + faultTime
                + ", closes amid faults " + closesAmidFaults + ", limit " + limitBits + (serverAsks ? " asked for" : "")
                + "\nclient " + clientOptions + "\nserver "
                + serverOptions + "\n" + there + "\n" + back;
    }

    private String report(Throwable failure) {
        return "seed " + seed + " at " + sim.nowNs() / 1e9 + " s: " + failure.getMessage() + "\ndrawn: " + drawn
                + "\nrepeat: ./mvnw test -pl simulator -am -Dtest=DrawnConditionsTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dparcel.seed=" + seed + "\n" + sim.describe();
    }
}
