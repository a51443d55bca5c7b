package io.parcelnode.udt.congestion;

import java.util.random.RandomGenerator;

/**
 * UDT's own congestion control: an increase that depends on the spare capacity, a decrease by one ninth at a loss
 * (libudt ccc.cpp, CUDTCC; draft section 6). Owned by one connection; not thread-safe.
 *
 * <p>Periods and rates are real numbers here. libudt rounds the period up to whole microseconds at each decrease,
 * which cuts a 10 Gbit/s flow in half; that is a defect of the code and not of the algorithm.
 */
public final class Daimd implements CongestionControl {
    /** Rate control interval, libudt's SYN. */
    private static final double INTERVAL_MICROS = 10_000;

    private static final long INTERVAL_NS = 10_000_000;
    private static final double INITIAL_WINDOW_PACKETS = 16;
    private static final double DECREASE = 1.125;
    private static final double INCREASE_MIN_PACKETS = 0.01;
    private static final int DECREASES_PER_EPOCH_MAX = 5;

    private final PathView path;
    private final RandomGenerator random;
    private final int mssBytes;
    private final int windowMaxPackets;

    private boolean slowStart = true;
    private double windowPackets = INITIAL_WINDOW_PACKETS;
    private double periodMicros = 1;
    private long lastIncreaseNs = Long.MIN_VALUE / 2;
    private long lastAckedPacket;
    private boolean lossSinceIncrease;
    private long lastDecreasePacket = -1;
    private double periodBeforeDecreaseMicros = 1;
    private double averageNaks;
    private int naksInEpoch;
    private int decreasesInEpoch;
    private int decreaseEveryNaks = 1;

    /**
     * @param mssBytes largest datagram, IP and UDP headers included
     * @param windowMaxPackets flow window the peer offered in the handshake; slow start ends when it is reached
     */
    public Daimd(PathView path, int mssBytes, int windowMaxPackets, RandomGenerator random) {
        this.path = path;
        this.mssBytes = mssBytes;
        this.windowMaxPackets = windowMaxPackets;
        this.random = random;
    }

    @Override
    public double sendPeriodNs() {
        return periodMicros * 1_000;
    }

    @Override
    public int windowPackets() {
        return (int) Math.min(windowPackets, Integer.MAX_VALUE);
    }

    @Override
    public void onDelivered(Delivery delivery) {
        if (delivery.isFullAck) {
            onAck(delivery.nowNs, delivery.ackedPacket);
        }
    }

    private void onAck(long nowNs, long ackedPacket) {
        if (nowNs - lastIncreaseNs < INTERVAL_NS) {
            return;
        }
        lastIncreaseNs = nowNs;
        if (slowStart) {
            windowPackets += ackedPacket - lastAckedPacket;
            lastAckedPacket = ackedPacket;
            if (windowPackets > windowMaxPackets) {
                leaveSlowStart();
            }
            return;
        }
        windowPackets = path.deliveryRatePacketsPerSecond() * (path.rttMicros() + INTERVAL_MICROS) / 1e6
                + INITIAL_WINDOW_PACKETS;
        if (lossSinceIncrease) {
            lossSinceIncrease = false;
            return;
        }
        double increase = increasePackets();
        periodMicros = periodMicros * INTERVAL_MICROS / (periodMicros * increase + INTERVAL_MICROS);
    }

    @Override
    public void onLoss(long nowNs, long firstLostPacket, int packets) {
        if (slowStart) {
            leaveSlowStart();
            return;
        }
        lossSinceIncrease = true;
        if (firstLostPacket > lastDecreasePacket) {
            periodBeforeDecreaseMicros = periodMicros;
            periodMicros *= DECREASE;
            averageNaks = Math.ceil(0.875 * averageNaks + 0.125 * naksInEpoch);
            naksInEpoch = 1;
            decreasesInEpoch = 1;
            lastDecreasePacket = path.lastSentPacket();
            // A random spacing keeps flows that share a queue from cutting in step.
            decreaseEveryNaks = Math.max(1, (int) Math.ceil(averageNaks * random.nextDouble()));
        } else if (decreasesInEpoch++ < DECREASES_PER_EPOCH_MAX) {
            naksInEpoch++;
            if (naksInEpoch % decreaseEveryNaks == 0) {
                decreaseAgain();
            }
        }
    }

    @Override
    public void onTimeout(long nowNs) {
        if (slowStart) {
            leaveSlowStart();
        }
    }

    /** Never to less than a ninth below what arrives: that lets the queue run off, and more would only leave it empty. */
    private void decreaseAgain() {
        double rate = path.deliveryRatePacketsPerSecond();
        double slowestMicros = rate > 0 ? DECREASE * 1e6 / rate : Double.POSITIVE_INFINITY;
        periodMicros = Math.max(periodMicros, Math.min(periodMicros * DECREASE, slowestMicros));
        lastDecreasePacket = path.lastSentPacket();
    }

    /** Goes on at the rate that arrives. All that slow start has sent belongs to this one decrease. */
    private void leaveSlowStart() {
        slowStart = false;
        double rate = path.deliveryRatePacketsPerSecond();
        // Without a report the window over a round trip is the best guess of what got through.
        periodMicros = rate > 0 ? 1e6 / rate : (path.rttMicros() + INTERVAL_MICROS) / windowPackets;
        periodBeforeDecreaseMicros = periodMicros;
        lastDecreasePacket = path.lastSentPacket();
        decreasesInEpoch = DECREASES_PER_EPOCH_MAX;
    }

    /** Extra packets per interval: by decades of the spare bit rate, 1.5e-6 packets of 1 byte each (draft 6.1). */
    private double increasePackets() {
        double capacity = path.capacityPacketsPerSecond();
        double spare = capacity - 1e6 / periodMicros;
        if (periodMicros > periodBeforeDecreaseMicros) {
            spare = Math.min(spare, capacity / 9);
        }
        if (spare <= 0) {
            return INCREASE_MIN_PACKETS;
        }
        double decade = StrictMath.pow(10, Math.ceil(StrictMath.log10(spare * mssBytes * 8)));
        return Math.max(INCREASE_MIN_PACKETS, decade * 1.5e-6 / mssBytes);
    }
}
