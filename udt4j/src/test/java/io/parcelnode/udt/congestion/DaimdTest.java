package io.parcelnode.udt.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DaimdTest {
    private static final long INTERVAL_NS = 10_000_000;

    private double deliveryRate;
    private double capacity;
    private long lastSent = 15;
    private Daimd congestion;
    private long nowNs;

    @BeforeEach
    void create() {
        PathView path = new PathView() {
            @Override
            public double rttMicros() {
                return 90_000;
            }

            @Override
            public double deliveryRatePacketsPerSecond() {
                return deliveryRate;
            }

            @Override
            public double capacityPacketsPerSecond() {
                return capacity;
            }

            @Override
            public long lastSentPacket() {
                return lastSent;
            }
        };
        congestion = new Daimd(path, 1_500, 8_192, new Random(1));
    }

    @Test
    void slowStartGrowsByWhatIsAcknowledgedOncePerInterval() {
        ack(16);
        assertEquals(32, congestion.windowPackets());
        deliver(nowNs + INTERVAL_NS - 1, 48);
        assertEquals(32, congestion.windowPackets());
        ack(48);
        assertEquals(64, congestion.windowPackets());
    }

    @Test
    void firstLossEndsSlowStartAtTheDeliveryRateWithoutACut() {
        deliveryRate = 10_000;
        congestion.onLoss(nowNs, 3, 1);
        assertEquals(100_000, congestion.sendPeriodNs(), 1e-6);
    }

    @Test
    void afterSlowStartTheWindowFollowsTheDeliveryRate() {
        deliveryRate = 10_000;
        congestion.onLoss(nowNs, 3, 1);
        ack(10);
        assertEquals(10_000 / 10 + 16, congestion.windowPackets());
    }

    @Test
    void aLossBeyondTheLastCutOpensAnEpochAndCutsByOneNinth() {
        deliveryRate = 10_000;
        congestion.onLoss(nowNs, 3, 1);
        lastSent = 1_000;
        congestion.onLoss(nowNs, 500, 1);
        assertEquals(112_500, congestion.sendPeriodNs(), 1e-6);
    }

    @Test
    void oneEpochCutsAtMostFiveTimes() {
        deliveryRate = 10_000;
        congestion.onLoss(nowNs, 3, 1);
        deliveryRate = 1_000;
        lastSent = 1_000_000;
        for (int i = 0; i < 100; i++) {
            congestion.onLoss(nowNs, 500, 1);
        }
        assertTrue(congestion.sendPeriodNs() <= 100_000 * StrictMath.pow(1.125, 5) + 1e-6);
        assertTrue(congestion.sendPeriodNs() > 112_500);
    }

    @Test
    void repeatedCutsStopANinthBelowWhatArrives() {
        deliveryRate = 10_000;
        congestion.onLoss(nowNs, 3, 1);
        lastSent = 1_000_000;
        for (int i = 0; i < 100; i++) {
            congestion.onLoss(nowNs, 500, 1);
        }
        assertEquals(112_500, congestion.sendPeriodNs(), 1e-6);
    }

    @Test
    void whatSlowStartHasSentCutsNoMore() {
        lastSent = 400;
        deliveryRate = 10_000;
        congestion.onLoss(nowNs, 3, 1);
        deliveryRate = 1_000;
        congestion.onLoss(nowNs, 400, 1);
        assertEquals(100_000, congestion.sendPeriodNs(), 1e-6);
        congestion.onLoss(nowNs, 401, 1);
        assertEquals(112_500, congestion.sendPeriodNs(), 1e-6);
    }

    @Test
    void increaseFollowsTheDecadeOfTheSpareCapacity() {
        deliveryRate = 1_000;
        congestion.onLoss(nowNs, 3, 1);
        capacity = 50_000; // 600 Mbit/s, nearly all of it free: 1 extra packet per 10 ms
        ack(10);
        // Periods are 1 ms: 10 packets per interval become 11.
        assertEquals(1e6 * 10 / 11, congestion.sendPeriodNs(), 1);
    }

    @Test
    void belowTheRateOfTheLastCutOnlyANinthOfTheCapacityCountsAsSpare() {
        deliveryRate = 1_000;
        congestion.onLoss(nowNs, 3, 1);
        capacity = 50_000; // A ninth of it is 67 Mbit/s: 0.1 extra packets per 10 ms
        congestion.onLoss(nowNs, 20, 1);
        ack(10);
        ack(11);
        double periods = 1e7 / (1e6 * 1.125) + 0.1;
        assertEquals(1e7 / periods, congestion.sendPeriodNs(), 1);
    }

    @Test
    void oneIntervalIsSkippedAfterALoss() {
        deliveryRate = 1_000;
        congestion.onLoss(nowNs, 3, 1);
        capacity = 50_000;
        ack(10);
        double before = congestion.sendPeriodNs();
        congestion.onLoss(nowNs, 20, 1);
        ack(30);
        assertEquals(before * 1.125, congestion.sendPeriodNs(), 1e-6);
        ack(31);
        assertTrue(congestion.sendPeriodNs() < before * 1.125);
    }

    private void ack(long packet) {
        nowNs += INTERVAL_NS;
        deliver(nowNs, packet);
    }

    private void deliver(long atNs, long ackedPacket) {
        Delivery delivery = new Delivery();
        delivery.nowNs = atNs;
        delivery.ackedPacket = ackedPacket;
        delivery.isFullAck = true;
        congestion.onDelivered(delivery);
    }
}
