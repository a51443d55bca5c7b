package io.parcelnode.udt.congestion;

import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Sends at the rate that the path delivers, with little more in flight than the path holds (after
 * draft-ietf-ccwg-bbr, version 3). Two numbers model the path: the highest delivery rate of the last probing cycles and
 * the least round trip time.
 *
 * <p>Where this differs from the draft: loss counts as congestion only when a queue stands at the same time, and only
 * what exceeds the loss seen without one. Random loss, which long paths have, then costs no more than the packets that
 * it takes. Owned by one connection; not thread-safe.
 */
public final class Bbr implements CongestionControl {
    private enum Phase {
        /** Doubles each round trip until the rate grows no more. */
        STARTUP,
        /** Lets the queue that this has built run off. */
        DRAIN,
        /** Leaves room, for others and for the least round trip time to show. */
        DOWN,
        CRUISE,
        /** Fills the path before it is probed, so that an earlier caution does not look like a limit. */
        REFILL,
        UP,
        /** Nearly stops to see the path without any queue. */
        PROBE_RTT
    }

    private static final int INITIAL_WINDOW_PACKETS = 32;
    private static final int WINDOW_MIN_PACKETS = 4;
    private static final double INITIAL_PERIOD_NS = 20_000;
    private static final double STARTUP_GAIN = 2.77;
    private static final double DRAIN_GAIN = 0.5;
    private static final double DOWN_GAIN = 0.9;
    private static final double UP_GAIN = 1.25;
    private static final double WINDOW_GAIN = 2;
    /** Pacing below the measured rate keeps rounding and jitter from building a queue. */
    private static final double PACING_SHARE = 0.99;

    private static final double GROWTH = 1.25;
    private static final int ROUNDS_WITHOUT_GROWTH = 3;
    private static final int RTT_SAMPLES_MIN = 8;
    private static final double UP_GROWTH = 1.02;
    private static final double BACK_OFF = 0.8;
    private static final double HEADROOM = 0.85;
    private static final double LOSS_EXCESS = 0.02;
    private static final int CONGESTED_ROUNDS_IN_STARTUP = 2;

    private static final long CRUISE_MIN_NS = 1_500_000_000;
    private static final long CRUISE_SPREAD_NS = 1_000_000_000;
    private static final long PROBE_RTT_EVERY_NS = 5_000_000_000L;
    private static final long PROBE_RTT_NS = 200_000_000;
    private static final long QUEUE_MIN_NS = 1_500_000;

    private final LongSupplier minimumRttNs;
    private final long ackIntervalNs;
    private final RandomGenerator random;

    private Phase phase = Phase.STARTUP;
    private long phaseStartNs;
    private long phaseRounds;
    private long cruiseNs;
    private double window = INITIAL_WINDOW_PACKETS;
    private double windowBeforeProbeRtt;

    // The model.
    private double rateThisCycle;
    private double rateLastCycle;
    private double rateLow = Double.POSITIVE_INFINITY;
    private double inFlightHigh = Double.POSITIVE_INFINITY;
    private double lossWithoutQueue;
    private long minimumSeenNs;

    // The present round.
    private long roundEndPackets;
    private long roundDelivered;
    private long roundLost;
    private double roundRate;
    private long roundRttNs = Long.MAX_VALUE;
    private int roundRttSamples;

    private double fullRate;
    private int roundsWithoutGrowth;
    private int congestedRounds;
    private double rateBeforeUp;

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
        double rate = rate();
        return rate == 0 ? INITIAL_PERIOD_NS : 1e9 / (rate * pacingGain() * PACING_SHARE);
    }

    @Override
    public int windowPackets() {
        return (int) Math.max(WINDOW_MIN_PACKETS, Math.min(window, Integer.MAX_VALUE));
    }

    @Override
    public void onDelivered(Delivery delivery) {
        observeRtt(delivery);
        roundDelivered += delivery.packets;
        double sample = delivery.ratePacketsPerSecond;
        if (sample > 0 && (!delivery.isApplicationLimited || sample > rateThisCycle)) {
            rateThisCycle = Math.max(rateThisCycle, sample);
            roundRate = Math.max(roundRate, sample);
        }
        if (delivery.totalPacketsWhenSent >= roundEndPackets) {
            onRound(delivery);
            roundEndPackets = delivery.totalPackets;
        }
        advance(delivery);
        setWindow(delivery);
    }

    @Override
    public void onLoss(long nowNs, long firstLostPacket, int packets) {
        roundLost += packets;
    }

    /** Silence says nothing about the path's rate: the model stands, and probes go on. */
    @Override
    public void onTimeout(long nowNs) {}

    private void observeRtt(Delivery delivery) {
        if (delivery.rttNs > 0) {
            roundRttNs = Math.min(roundRttNs, delivery.rttNs);
            roundRttSamples++;
            long least = minimumRttNs.getAsLong();
            if (delivery.rttNs <= least + Math.max(least / 32, QUEUE_MIN_NS / 2)) {
                minimumSeenNs = delivery.nowNs;
            }
        }
    }

    private void onRound(Delivery delivery) {
        phaseRounds++;
        boolean queued = roundRttSamples > 0 && roundRttNs - minimumRttNs.getAsLong() > queueToleranceNs();
        double loss = roundLost == 0 ? 0 : (double) roundLost / (roundLost + roundDelivered);
        boolean congested = queued && loss > LOSS_EXCESS + 1.5 * lossWithoutQueue;
        if (!queued) {
            lossWithoutQueue += (Math.min(loss, 0.2) - lossWithoutQueue) / 8;
        }
        switch (phase) {
            case STARTUP -> checkStartup(delivery, congested);
            case UP -> {
                if (congested) {
                    inFlightHigh = Math.max(delivery.inFlightPackets, bdpPackets() * HEADROOM);
                    enter(Phase.DOWN, delivery);
                }
            }
            case DRAIN, DOWN, CRUISE, REFILL, PROBE_RTT -> {
                if (congested) {
                    rateLow = Math.max(roundRate, BACK_OFF * Math.min(rateLow, highestRate()));
                }
            }
        }
        roundDelivered = 0;
        roundLost = 0;
        roundRate = 0;
        roundRttNs = Long.MAX_VALUE;
        roundRttSamples = 0;
    }

    private void checkStartup(Delivery delivery, boolean congested) {
        congestedRounds += congested ? 1 : 0;
        if (highestRate() >= fullRate * GROWTH) {
            fullRate = highestRate();
            roundsWithoutGrowth = 0;
        } else if (!delivery.isApplicationLimited) {
            roundsWithoutGrowth++;
        }
        long least = minimumRttNs.getAsLong();
        long riseNs = Math.max(4_000_000, Math.min(least / 8, 16_000_000));
        boolean delayed = roundRttSamples >= RTT_SAMPLES_MIN && roundRttNs > least + riseNs;
        if (roundsWithoutGrowth >= ROUNDS_WITHOUT_GROWTH
                || delayed && phaseRounds > 1
                || congestedRounds >= CONGESTED_ROUNDS_IN_STARTUP) {
            enter(Phase.DRAIN, delivery);
        }
    }

    private void advance(Delivery delivery) {
        long inPhaseNs = delivery.nowNs - phaseStartNs;
        switch (phase) {
            case STARTUP -> {}
            case DRAIN -> {
                if (delivery.inFlightPackets <= bdpPackets()) {
                    enter(Phase.DOWN, delivery);
                }
            }
            case DOWN -> {
                boolean drained = delivery.inFlightPackets <= Math.min(bdpPackets(), HEADROOM * inFlightHigh);
                if (drained && phaseRounds >= 1 || phaseRounds >= 4) {
                    enter(Phase.CRUISE, delivery);
                }
            }
            case CRUISE -> {
                if (delivery.nowNs - minimumSeenNs > PROBE_RTT_EVERY_NS) {
                    windowBeforeProbeRtt = window;
                    enter(Phase.PROBE_RTT, delivery);
                } else if (inPhaseNs > cruiseNs) {
                    enter(Phase.REFILL, delivery);
                }
            }
            case REFILL -> {
                if (phaseRounds >= 2) {
                    enter(Phase.UP, delivery);
                }
            }
            case UP -> checkUp(delivery);
            case PROBE_RTT -> {
                if (inPhaseNs > PROBE_RTT_NS && phaseRounds >= 1) {
                    minimumSeenNs = delivery.nowNs;
                    window = Math.max(window, windowBeforeProbeRtt);
                    enter(Phase.REFILL, delivery);
                }
            }
        }
    }

    /** Goes on as long as sending faster gets more through. */
    private void checkUp(Delivery delivery) {
        if (phaseRounds < 2) {
            return;
        }
        if (rateThisCycle > rateBeforeUp * UP_GROWTH) {
            rateBeforeUp = rateThisCycle;
            inFlightHigh = Math.max(inFlightHigh, delivery.inFlightPackets);
            phaseRounds = 1;
        } else {
            enter(Phase.DOWN, delivery);
        }
    }

    private void enter(Phase next, Delivery delivery) {
        switch (next) {
            case CRUISE -> cruiseNs = CRUISE_MIN_NS + (long) (random.nextDouble() * CRUISE_SPREAD_NS);
            case REFILL -> rateLow = Double.POSITIVE_INFINITY;
            case UP -> rateBeforeUp = highestRate();
            case DOWN -> {
                if (phase == Phase.UP) {
                    // What was the rate two cycles ago may be no more.
                    rateLastCycle = rateThisCycle;
                    rateThisCycle = 0;
                }
            }
            case STARTUP, DRAIN, PROBE_RTT -> {}
        }
        phase = next;
        phaseStartNs = delivery.nowNs;
        phaseRounds = 0;
        roundEndPackets = delivery.totalPackets;
    }

    private void setWindow(Delivery delivery) {
        double target = WINDOW_GAIN * bdpPackets() + rate() * ackIntervalNs / 1e9 + INITIAL_WINDOW_PACKETS / 2.0;
        if (phase == Phase.PROBE_RTT) {
            window = Math.min(window, Math.max(WINDOW_MIN_PACKETS, bdpPackets() / 2));
            return;
        }
        window = Math.min(window + delivery.packets, Math.max(target, INITIAL_WINDOW_PACKETS));
        if (phase == Phase.CRUISE || phase == Phase.DOWN) {
            window = Math.min(window, Math.max(WINDOW_MIN_PACKETS, inFlightHigh));
        }
    }

    private double pacingGain() {
        return switch (phase) {
            case STARTUP -> STARTUP_GAIN;
            case DRAIN -> DRAIN_GAIN;
            case DOWN -> DOWN_GAIN;
            case UP -> UP_GAIN;
            case CRUISE, REFILL, PROBE_RTT -> 1;
        };
    }

    private double highestRate() {
        return Math.max(rateThisCycle, rateLastCycle);
    }

    private double rate() {
        return Math.min(highestRate(), rateLow);
    }

    private double bdpPackets() {
        return rate() * minimumRttNs.getAsLong() / 1e9;
    }

    private long queueToleranceNs() {
        return Math.max(QUEUE_MIN_NS, minimumRttNs.getAsLong() / 20);
    }
}
