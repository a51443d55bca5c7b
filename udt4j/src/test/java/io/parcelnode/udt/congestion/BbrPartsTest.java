package io.parcelnode.udt.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What {@link Bbr} is made of, each part alone. */
class BbrPartsTest {
    private static final long MS = 1_000_000;

    private long nowNs;

    @Test
    void aFastFlowGivesWayToAShorterQueueThanASlowOne() {
        assertEquals(3_500_000, StandingQueue.targetNs(10_000));
        assertTrue(StandingQueue.targetNs(100_000) < StandingQueue.targetNs(10_000));
        assertTrue(StandingQueue.targetNs(0) > StandingQueue.targetNs(1_000));
    }

    @Test
    void aShortQueueIsSentLessIntoAndCostsLittle() {
        StandingQueue standing = new StandingQueue();
        double rate = 10_000;
        for (int i = 0; i < 5; i++) {
            rate = giveWay(standing, rate, 8, 1_000);
            assertTrue(standing.gain() < 1 && standing.gain() >= 0.75, () -> "gain " + standing.gain());
        }
        assertTrue(rate > 9_500 && rate < 10_000, "rate " + rate);
        assertFalse(standing.isInVain(nowNs, false));
        standing.end();
        assertEquals(1, standing.gain());
    }

    @Test
    void aFastFlowGivesWayFasterThanASlowOne() {
        StandingQueue fast = new StandingQueue();
        StandingQueue slow = new StandingQueue();
        double fastShare = giveWay(fast, 40_000, 20, 4_000) / 40_000;
        double slowShare = giveWay(slow, 1_000, 20, 100) / 1_000;
        assertTrue(1 - fastShare > 1.5 * (1 - slowShare), fastShare + " against " + slowShare);
    }

    @Test
    void aQueueThatStaysIsFoundToBeSomebodyElses() {
        StandingQueue standing = new StandingQueue();
        double rate = 10_000;
        int rounds = 0;
        while (!standing.isInVain(nowNs, false)) {
            rate = giveWay(standing, rate, 40, (long) (rate * standing.gain() / 10));
            assertTrue(++rounds < 50, "the queue was never found to be somebody else's");
        }
        assertTrue(rounds > 20, "two and a half seconds of patience: " + rounds);
        assertTrue(rate < 9_500, "rate " + rate);
        assertEquals(10_000, standing.rateBefore());
    }

    /** A flow at a ninth of the rate lets three times the queue stand. */
    @Test
    void aShortQueueIsOfOurOwnKindHoweverLongItStands() {
        StandingQueue standing = new StandingQueue();
        double rate = 10_000;
        for (int i = 0; i < 50; i++) {
            rate = giveWay(standing, rate, 7, 1_000);
            assertFalse(standing.isInVain(nowNs, true));
        }
    }

    @Test
    void aShortQueueThatOverflowsIsSomebodyElses() {
        StandingQueue standing = new StandingQueue();
        double rate = 10_000;
        for (int i = 0; i < 30; i++) {
            standing.onOverflow(nowNs + 1, 7 * MS);
            rate = giveWay(standing, rate, 7, 1_000);
        }
        assertTrue(standing.isInVain(nowNs, false));
    }

    @Test
    void whatIsFoundLostInTheFirstRoundOfAQueueWasSentBeforeIt() {
        StandingQueue standing = new StandingQueue();
        double rate = 10_000;
        standing.onOverflow(nowNs + 100 * MS, 7 * MS);
        for (int i = 0; i < 30; i++) {
            rate = giveWay(standing, rate, 7, 1_000);
        }
        assertFalse(standing.isInVain(nowNs, false));
    }

    /** After an overflow this flow gives way sooner; others of its kind need not have seen one. */
    @Test
    void aQueueThatOthersOfOurKindMayLeaveIsNotForeign() {
        StandingQueue standing = new StandingQueue();
        double rate = 500;
        for (int i = 0; i < 50; i++) {
            rate = giveWay(standing, rate, 10, 3 * MS, 50);
            assertFalse(standing.isInVain(nowNs, true));
        }
    }

    @Test
    void aBurstThatRunsOffCostsNoRate() {
        StandingQueue standing = new StandingQueue();
        for (int i = 0; i < 20; i++) {
            for (int ms = 0; ms < 4; ms++) {
                Round round = round(100, 0);
                nowNs += 10 * MS;
                assertEquals(
                        10_000, standing.giveWay(nowNs, 9 * MS, 3_500_000, 10_000, round, new PathLoss()), "no cut");
                assertTrue(standing.gain() < 1, "but less is sent until it is gone");
            }
            standing.end();
        }
    }

    @Test
    void aFlowWithAShortRoundTripStepsAsideNoFasterThanItHasTo() {
        StandingQueue standing = new StandingQueue();
        Round round = round(100, 0);
        nowNs += 10 * MS;
        standing.giveWay(nowNs, 5_750_000, 3_500_000, 10_000, round, new PathLoss());
        assertEquals(0.96, standing.gain(), 0.001, "4 of 100 ms, or of 10");
    }

    @Test
    void theQueueThatCountsIsTheLeastOfTheLastFiftyMilliseconds() {
        LeastQueue least = new LeastQueue();
        least.restart();
        for (int i = 0; i < 5; i++) {
            assertEquals(0, least.of((9 - i) * MS, 10 * MS));
        }
        assertEquals(5 * MS, least.of(8 * MS, 10 * MS));
        assertEquals(3 * MS, least.of(3 * MS, 10 * MS));
        for (int i = 0; i < 8; i++) {
            assertEquals(3 * MS, least.of(20 * MS, 10 * MS), "a burst changes nothing");
        }
        assertEquals(20 * MS, least.of(20 * MS, 10 * MS));
        assertEquals(7 * MS, least.of(7 * MS, 200 * MS), "a long round trip is long enough by itself");
    }

    @Test
    void whatIsFoundLostMetTheQueueOfTheRoundBefore() {
        Round round = round(100, 0);
        answers(round, 1, 40);
        assertEquals(40 * MS, round.rttWhenSentNs());
        Delivery delivery = new Delivery();
        delivery.nowNs = nowNs + 2 * MS;
        round.next(delivery);
        answers(round, 3, 22);
        assertEquals(22 * MS, round.rttNs());
        assertEquals(40 * MS, round.rttWhenSentNs());
    }

    /** Of a full path a probe takes from others; who is nearly alone on it takes from nobody. */
    @Test
    void aProbeOfAFullPathBringsMuchOnlyToWhoIsNearlyAlone() {
        UpProbe probe = new UpProbe();
        probe.start(true, 3 * MS, 20 * MS, 1);
        double gain = probe.gain();
        double ofHalf = 10_000 * gain / (1 + (gain - 1) * 0.5);
        double ofAll = 10_000 * gain / (1 + (gain - 1) * 0.98);
        assertEquals(0.05, (probe.ended(10_000, ofHalf, true) - 10_000) / (ofHalf - 10_000), 0.001);
        assertEquals(0.464, (probe.ended(10_000, ofAll, true) - 10_000) / (ofAll - 10_000), 0.001);
        assertEquals(0.5, (probe.ended(10_000, ofHalf, false) - 10_000) / (ofHalf - 10_000), 0.001);
        assertEquals(10_000, probe.ended(10_000, 9_000, true));
    }

    @Test
    void aCompetitorSeenBeforeIsFoundSooner() {
        StandingQueue standing = new StandingQueue();
        int rounds = 0;
        while (!standing.isInVain(nowNs, true)) {
            giveWay(standing, 10_000, 40, 1_000);
            assertTrue(++rounds < 10, "the queue was not found to be somebody else's");
        }
    }

    @Test
    void aSlowQueueGrowthIsNotTakenForASlowerPath() {
        StandingQueue standing = new StandingQueue();
        // While the queue grows, a round takes longer than its packets took to send.
        assertEquals(10_000, giveWay(standing, 10_000, 20, 400), 500);
        assertEquals(10_000, giveWay(standing, 10_000, 20, 1_000), 500);
    }

    @Test
    void aPathThatHasBecomeSlowerIsFollowedWithinThreeRounds() {
        StandingQueue standing = new StandingQueue();
        double rate = 10_000;
        for (int i = 0; i < 3; i++) {
            rate = giveWay(standing, rate, 200, 200);
        }
        assertTrue(rate < 3_000, "rate " + rate);
    }

    @Test
    void lossOfClearRoundsIsThePathsOwn() {
        PathLoss loss = new PathLoss();
        for (int i = 0; i < 50; i++) {
            loss.onClearRound(round(990, 10));
        }
        assertEquals(0.01, loss.share(), 0.001);
        assertFalse(loss.isCongestion(round(985, 15), true));
        assertTrue(loss.isCongestion(round(900, 100), true));
    }

    @Test
    void withoutAQueueNoLossIsCongestion() {
        assertFalse(new PathLoss().isCongestion(round(500, 500), false));
    }

    @Test
    void aSmallQueueThatStaysMakesAnyLossCongestion() {
        PathLoss loss = new PathLoss();
        for (int i = 0; i < 50; i++) {
            loss.onClearRound(round(900, 100));
        }
        for (int i = 0; i < 3; i++) {
            assertFalse(loss.isCongestion(round(950, 50), true));
        }
        assertTrue(loss.isCongestion(round(950, 50), true));
    }

    @Test
    void theLastRoundsOfStartUpDoNotCountAsThePathsLoss() {
        PathLoss loss = new PathLoss();
        for (int i = 0; i < 5; i++) {
            loss.onStartUpRound(round(1_000, 0));
        }
        loss.onStartUpRound(round(1_000, 200));
        loss.onStartUpRound(round(1_000, 1_000));
        assertEquals(0, loss.share());
    }

    @Test
    void whatTheBottleneckLetThroughCountsUsualLossOnly() {
        PathLoss loss = new PathLoss();
        assertEquals(9_000, loss.sentPerSecond(round(900, 100), nowNs + 100 * MS), 1);
        for (int i = 0; i < 100; i++) {
            loss.onClearRound(round(900, 100));
        }
        assertEquals(10_000, loss.sentPerSecond(round(900, 100), nowNs + 100 * MS), 50);
    }

    @Test
    void startUpEndsAfterThreeRoundsWithoutGrowthOrOneFlood() {
        StartUp slow = new StartUp();
        assertEquals(StartUp.Verdict.GROWS, slow.onRound(1_000, 0, round(1_000, 0), false));
        assertEquals(StartUp.Verdict.GROWS, slow.onRound(1_100, 0, round(1_000, 0), false));
        assertEquals(StartUp.Verdict.GROWS, slow.onRound(1_100, 0, round(1_000, 0), true));
        assertEquals(StartUp.Verdict.GROWS, slow.onRound(1_100, 0, round(1_000, 0), false));
        assertEquals(StartUp.Verdict.SLOW, slow.onRound(1_100, 0, round(1_000, 0), false));

        StartUp flooded = new StartUp();
        flooded.onRound(1_000, 0, round(1_000, 0), false);
        assertEquals(StartUp.Verdict.GROWS, flooded.onRound(1_000, 0.2, round(750, 250), false));
        assertEquals(StartUp.Verdict.FLOODED, flooded.onRound(1_000, 0, round(750, 250), false));
    }

    @Test
    void aQueueAfterStartUpLeavesAFlowItsPartOfThePath() {
        StartUp startUp = new StartUp();
        assertEquals(8_000, startUp.part(10_000, 8_000));
        assertEquals(5_600, startUp.part(8_000, 1_000));
        assertEquals(5_600, startUp.part(5_600, 9_000));
        assertEquals(10_000, startUp.topRate());
        startUp.forgetTop();
        assertEquals(0, startUp.topRate());
    }

    @Test
    void theCompetingWindowIsCutAtALossAndComesBackToWhereItWas() {
        CubicWindow cubic = new CubicWindow();
        cubic.start(0, 1_000);
        cubic.onLoss(0);
        assertEquals(700, cubic.packets(), 1);
        double seconds = StrictMath.cbrt(300 / 0.4);
        for (int i = 1; i <= seconds * 10; i++) {
            cubic.onRound(i * 100 * MS, 100 * MS);
        }
        assertEquals(1_000, cubic.packets(), 20);
    }

    private double giveWay(StandingQueue standing, double rate, long queueMs, long deliveredPackets) {
        return giveWay(standing, rate, queueMs, StandingQueue.targetNs(rate), deliveredPackets);
    }

    private double giveWay(StandingQueue standing, double rate, long queueMs, long targetNs, long deliveredPackets) {
        Round round = round(deliveredPackets, 0);
        nowNs += 100 * MS;
        return standing.giveWay(nowNs, queueMs * MS, targetNs, rate, round, new PathLoss());
    }

    private void answers(Round round, long atMs, long rttMs) {
        Delivery delivery = new Delivery();
        delivery.nowNs = nowNs + atMs * MS;
        delivery.packets = 1;
        delivery.rttNs = rttMs * MS;
        round.onDelivered(delivery);
    }

    /** A round that began now. */
    private Round round(long deliveredPackets, int lostPackets) {
        Round round = new Round();
        Delivery delivery = new Delivery();
        delivery.nowNs = nowNs;
        round.next(delivery);
        delivery.packets = (int) deliveredPackets;
        delivery.rttNs = 100 * MS;
        round.onDelivered(delivery);
        round.onLoss(lostPackets);
        return round;
    }
}
