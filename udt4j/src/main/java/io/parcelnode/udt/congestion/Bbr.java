package io.parcelnode.udt.congestion;

import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Sends at the rate that the path carries and keeps its queue short: a model of the path (after draft-ietf-ccwg-bbr,
 * version 3) in place of reactions to loss.
 *
 * <p>Two numbers are the model: the rate and the least round trip time. The rate is found by doubling, tried from time to
 * time by sending a little faster, and given way with when a queue stands ({@link StandingQueue}). Loss without a queue
 * is the path's own and costs no more than the packets that it takes ({@link PathLoss}). A queue that stands although
 * this flow gives way is somebody else's; then the flow competes with the window that CUBIC would have
 * ({@link CubicWindow}) until the queue ends. Owned by one connection; not thread-safe.
 *
 * <p>Where this differs from the draft: the rate is one number that probes raise and queues lower, not a maximum over the
 * last rounds, since maxima of flows that share a path add up to more than the path; gains of probes depend on the round
 * trip time, so that a probe makes a queue of some milliseconds and not of a quarter of a long round trip; loss counts
 * only beyond what the path usually loses.
 */
public final class Bbr implements CongestionControl {
    private enum Phase {
        /** Doubles each round trip until a queue builds or the rate grows no more. */
        STARTUP,
        /** Lets the queue that this or a probe has built run off. */
        DRAIN,
        /** Sends at the rate of the model and gives way to a standing queue. */
        CRUISE,
        /** Sends faster to see whether the path carries more. */
        UP,
        /** Nearly stops to see the path without any queue. */
        PROBE_RTT,
        /** Holds its own beside those who fill the queue. */
        COMPETE
    }

    private static final int WINDOW_MIN_PACKETS = 4;
    private static final double WINDOW_GAIN = 2;
    private static final double STARTUP_GAIN = 2.77;
    private static final double DRAIN_GAIN = 0.5;
    private static final int DRAIN_ROUNDS_MAX = 6;
    /** What arrives in these was sent into the queue of start-up. */
    private static final int START_UP_DRAIN_ROUNDS = 2;
    /** More than the window allows in a round trip, so that the window and not the pacing decides. */
    private static final double COMPETE_GAIN = 1.2;
    /** Pacing below the measured rate keeps rounding and jitter from building a queue. */
    private static final double PACING_SHARE = 0.997;

    private static final int UP_ROUNDS_MAX = 4;

    private static final int CRUISE_ROUNDS_MIN = 2;
    private static final long CRUISE_MIN_NS = 1_500_000_000;
    private static final long CRUISE_SPREAD_NS = 1_000_000_000;
    private static final long PROBE_RTT_NS = 200_000_000;
    /** A queue that stood for somebody else and ended by chance will stand again. */
    private static final long COMPETITOR_REMEMBERED_NS = 5_000_000_000L;

    private final LongSupplier minimumRttNs;
    private final long ackIntervalNs;
    private final RandomGenerator random;
    private final Round round = new Round();
    private final PathLoss pathLoss = new PathLoss();
    private final StartUp startUp = new StartUp();
    private final StandingQueue standing = new StandingQueue();
    private final CubicWindow cubic = new CubicWindow();
    private final UpProbe probe = new UpProbe();
    private final Growth growth = new Growth();
    private final ProbeRttTimer pause = new ProbeRttTimer();

    private Phase phase = Phase.STARTUP;
    private long phaseStartNs;
    private long phaseRounds;
    private boolean drainsStartUp;
    private long cruiseNs;
    private long probeRttMaxNs;
    private double window = StartUp.WINDOW_MIN_PACKETS;
    private double windowBeforeProbeRtt;

    /** Packets per second that may be sent: what arrives and what the path loses. 0 while unknown. */
    private double rate;
    /** Whether the last look for more ended because the path was full, and not for want of evidence. */
    private boolean rateProven;
    /** Whether the next look should step carefully. */
    private boolean seemsFull;

    /** Whether the queue is somebody else's, as far as we know. */
    private boolean competes;

    private long competedNs = Long.MIN_VALUE / 2;
    private int roundsSinceCut;

    /**
     * @param minimumRttNs least round trip time of the last seconds, 0 while unknown
     * @param ackIntervalNs longest time that the peer takes to tell of an arrival
     */
    public Bbr(LongSupplier minimumRttNs, long ackIntervalNs, RandomGenerator random) {
        this.minimumRttNs = minimumRttNs;
        this.ackIntervalNs = ackIntervalNs;
        this.random = random;
    }

    @Override
    public double sendPeriodNs() {
        if (phase == Phase.COMPETE) {
            return round.smoothRttNs() / (COMPETE_GAIN * cubic.packets());
        }
        double periodNs = rate == 0 ? StartUp.PERIOD_MAX_NS : 1e9 / (rate * pacingGain() * PACING_SHARE);
        return phase == Phase.STARTUP ? Math.min(periodNs, StartUp.periodNs(minimumRttNs.getAsLong())) : periodNs;
    }

    @Override
    public int windowPackets() {
        return (int) Math.max(WINDOW_MIN_PACKETS, Math.min(window, Integer.MAX_VALUE));
    }

    @Override
    public void onDelivered(Delivery delivery) {
        long least = minimumRttNs.getAsLong();
        pause.onDelivered(delivery, least);
        round.onDelivered(delivery);
        if (phase == Phase.STARTUP) {
            rate = Math.max(rate, delivery.ratePacketsPerSecond / (1 - pathLoss.share()));
        }
        if (delivery.totalPacketsWhenSent >= round.endPackets() && round.durationNs(delivery.nowNs) >= least) {
            phaseRounds++;
            onRound(delivery);
            round.next(delivery);
        } else {
            duringRound(delivery);
        }
        setWindow(delivery);
    }

    @Override
    public void onLoss(long nowNs, long firstLostPacket, int packets) {
        round.onLoss(packets);
    }

    /** Silence says nothing about the path's rate: the model stands, and probes go on. */
    @Override
    public void onTimeout(long nowNs) {
        round.onSilence();
    }

    private void onRound(Delivery delivery) {
        boolean queued = round.rttSamples() > 0 && queueNs() > signNs();
        boolean excess = pathLoss.isCongestion(round, queued);
        if (excess && queued) {
            standing.onOverflow(delivery.nowNs, round.rttWhenSentNs() - minimumRttNs.getAsLong());
        }
        // What is found lost in the first round of a phase was sent in the one before.
        if (phase == Phase.CRUISE && phaseRounds > 1 && !queued && round.rttSamples() > 0 && !round.wasSilent()) {
            pathLoss.onClearRound(round);
        } else if (phase == Phase.STARTUP) {
            pathLoss.onStartUpRound(round);
        }
        switch (phase) {
            case STARTUP -> {
                StartUp.Verdict verdict = startUp.onRound(rate, pathLoss.share(), round, delivery.isApplicationLimited);
                boolean delayed = isDelayed() && !delivery.isApplicationLimited;
                if (delayed || verdict != StartUp.Verdict.GROWS) {
                    leaveStartUp(delivery, verdict != StartUp.Verdict.SLOW);
                }
            }
            case DRAIN -> {
                if (drainsStartUp && phaseRounds <= START_UP_DRAIN_ROUNDS && isQueued(delivery)) {
                    rate = startUp.part(rate, pathLoss.sentPerSecond(round, delivery.nowNs));
                }
                checkDrained(delivery);
            }
            case CRUISE -> cruise(delivery, excess);
            case UP -> checkUp(delivery, excess);
            case PROBE_RTT -> checkProbeRtt(delivery);
            case COMPETE -> compete(delivery, excess);
        }
    }

    /** What need not wait for the end of a round. */
    private void duringRound(Delivery delivery) {
        boolean tells = round.tells(delivery.nowNs, minimumRttNs.getAsLong());
        switch (phase) {
            case STARTUP -> {
                if (tells && isDelayed() && !delivery.isApplicationLimited) {
                    leaveStartUp(delivery, true);
                }
            }
            case DRAIN -> checkDrained(delivery);
            case UP -> {
                if (tells && phaseRounds >= 1 && queueNs() > queueTargetNs(delivery.nowNs)) {
                    endUp(delivery, true);
                }
            }
            case CRUISE, PROBE_RTT, COMPETE -> {}
        }
    }

    /** HyStart's sign of a queue (RFC 9406). */
    private boolean isDelayed() {
        long riseNs = Math.max(4_000_000, Math.min(minimumRttNs.getAsLong() / 8, 16_000_000));
        return phaseRounds > 1 && round.rttSamples() >= Round.RTT_SAMPLES_MIN && queueNs() > riseNs + round.noiseNs();
    }

    /**
     * A single sign may have been an accident of either end's processor: a probe soon tells.
     *
     * @param isFull whether there was one, a queue or a flood, and not just no growth
     */
    private void leaveStartUp(Delivery delivery, boolean isFull) {
        rateProven = false;
        seemsFull = isFull;
        enter(Phase.DRAIN, delivery);
    }

    private void checkDrained(Delivery delivery) {
        if (delivery.inFlightPackets <= bdpPackets() || phaseRounds >= DRAIN_ROUNDS_MAX) {
            enter(Phase.CRUISE, delivery);
        }
    }

    private void cruise(Delivery delivery, boolean excess) {
        long targetNs = queueTargetNs(delivery.nowNs);
        if (isQueued(delivery)) {
            double own = growth.taken(delivery.nowNs, rate);
            rate = standing.giveWay(delivery.nowNs, queueNs(), targetNs, own, round, pathLoss);
            boolean suspected = delivery.nowNs - competedNs < COMPETITOR_REMEMBERED_NS;
            if (standing.isInVain(delivery.nowNs, suspected)) {
                enter(Phase.COMPETE, delivery);
            }
            return;
        }
        standing.end();
        if (excess) {
            rate *= StandingQueue.EXCESS_CUT;
        }
        if (pause.isDue(delivery.nowNs)) {
            enter(Phase.PROBE_RTT, delivery);
        } else if (!pause.isNear(delivery.nowNs)
                && phaseRounds > CRUISE_ROUNDS_MIN
                && delivery.nowNs - phaseStartNs > cruiseNs) {
            enter(Phase.UP, delivery);
        }
    }

    /** Goes on as long as sending faster gets more through. */
    private void checkUp(Delivery delivery, boolean excess) {
        if (phaseRounds < 2) {
            return;
        }
        double sample = pathLoss.sentPerSecond(round, delivery.nowNs);
        if (excess || isQueued(delivery)) {
            endUp(delivery, true);
        } else if (probe.bringsMore(rate, sample)) {
            rate = probe.grown(rate, sample, room(queueTargetNs(delivery.nowNs)));
            if (probe.step()) {
                phaseRounds = 0;
            } else {
                startUp.again(rate);
                enter(Phase.STARTUP, delivery);
            }
        } else if (phaseRounds >= UP_ROUNDS_MAX) {
            endUp(delivery, false);
        }
    }

    private void endUp(Delivery delivery, boolean full) {
        double sample = pathLoss.sentPerSecond(round, delivery.nowNs);
        if (full) {
            rate = probe.ended(rate, sample, rateProven);
        } else {
            rate = Math.min(rate, Math.max(sample, rate * StandingQueue.EXCESS_CUT));
        }
        // One verdict may be an accident, two are not.
        rateProven = full && seemsFull;
        seemsFull = full;
        enter(Phase.DRAIN, delivery);
    }

    private void checkProbeRtt(Delivery delivery) {
        long inPhaseNs = delivery.nowNs - phaseStartNs;
        boolean clear = queueNs() <= queueTargetNs(delivery.nowNs);
        if (inPhaseNs > PROBE_RTT_NS && (clear || !competes || inPhaseNs > probeRttMaxNs)) {
            pause.onPaused(delivery.nowNs);
            window = Math.max(window, windowBeforeProbeRtt);
            enter(competes && !clear ? Phase.COMPETE : Phase.CRUISE, delivery);
        }
    }

    private void compete(Delivery delivery, boolean excess) {
        double sample = pathLoss.sentPerSecond(round, delivery.nowNs);
        if (queueNs() <= queueTargetNs(delivery.nowNs)) {
            competedNs = delivery.nowNs;
            rate = Math.max(sample, cubic.packets() * 1e9 / round.smoothRttNs() / 2);
            enter(Phase.CRUISE, delivery);
            return;
        }
        cubic.onRound(delivery.nowNs, round.smoothRttNs());
        roundsSinceCut++;
        if (excess && roundsSinceCut > 1) {
            // What the next round finds lost was sent before this cut.
            cubic.onLoss(delivery.nowNs);
            roundsSinceCut = 0;
        }
        if (pause.isNear(delivery.nowNs)) {
            // Others fill this queue, so that one pause is not enough to end it. Flows of our kind saw the path empty
            // at the same moment, so all of them do this now, and the queue ends.
            rate = sample;
            enter(Phase.PROBE_RTT, delivery);
        }
    }

    private void enter(Phase next, Delivery delivery) {
        switch (next) {
            case CRUISE -> {
                if (phase == Phase.DRAIN) {
                    growth.onProbeDrained(delivery.nowNs);
                }
                cruiseNs = rateProven ? CRUISE_MIN_NS + (long) (random.nextDouble() * CRUISE_SPREAD_NS) : 0;
                pause.draw(random);
                standing.end();
                competes = false;
            }
            case UP -> {
                growth.onProbe(rate);
                startUp.forgetTop();
                long targetNs = queueTargetNs(delivery.nowNs);
                probe.start(seemsFull, targetNs, minimumRttNs.getAsLong(), room(targetNs));
            }
            case PROBE_RTT -> {
                windowBeforeProbeRtt = window;
                // Others need a round trip to notice the same, and another to let their part of the queue run off.
                probeRttMaxNs = PROBE_RTT_NS + 2 * (long) round.smoothRttNs();
            }
            case COMPETE -> {
                double before = Math.max(startUp.topRate(), Math.max(rate, standing.rateBefore()));
                cubic.start(delivery.nowNs, competes ? cubic.packets() : before * round.smoothRttNs() / 1e9);
                competes = true;
                rateProven = true;
            }
            case STARTUP, DRAIN -> {}
        }
        drainsStartUp = phase == Phase.STARTUP && next == Phase.DRAIN;
        phase = next;
        phaseStartNs = delivery.nowNs;
        phaseRounds = 0;
        round.next(delivery);
    }

    private void setWindow(Delivery delivery) {
        switch (phase) {
            case PROBE_RTT -> window = Math.min(window, Math.max(WINDOW_MIN_PACKETS, bdpPackets() / 2));
            case COMPETE -> window = cubic.packets();
            case STARTUP, DRAIN, CRUISE, UP -> {
                double spare = rate * ackIntervalNs / 1e9 + StartUp.WINDOW_MIN_PACKETS / 2.0;
                double most = Math.max(WINDOW_GAIN * bdpPackets() + spare, StartUp.WINDOW_MIN_PACKETS);
                window = Math.min(window + delivery.packets, most);
                if (phase == Phase.STARTUP) {
                    window = Math.max(window, StartUp.windowPackets(minimumRttNs.getAsLong()));
                }
            }
        }
    }

    private double pacingGain() {
        return switch (phase) {
            case STARTUP -> STARTUP_GAIN;
            case DRAIN -> DRAIN_GAIN;
            case UP -> probe.gain();
            case CRUISE -> standing.gain();
            case PROBE_RTT, COMPETE -> 1;
        };
    }

    private double bdpPackets() {
        return rate * minimumRttNs.getAsLong() / 1e9;
    }

    /** The queue that stood for the whole round so far. */
    private long queueNs() {
        return round.rttNs() - minimumRttNs.getAsLong();
    }

    private boolean isQueued(Delivery delivery) {
        return round.rttSamples() > 0 && queueNs() > queueTargetNs(delivery.nowNs);
    }

    /** 1 without a queue, 0 with one as long as this flow lets it become. */
    private double room(long targetNs) {
        return round.rttSamples() == 0 ? 1 : Math.max(0, Math.min(1, 1 - (double) queueNs() / targetNs));
    }

    private long signNs() {
        return standing.signNs(rate, minimumRttNs.getAsLong(), round);
    }

    private long queueTargetNs(long nowNs) {
        return standing.limitNs(nowNs, rate, signNs());
    }
}
