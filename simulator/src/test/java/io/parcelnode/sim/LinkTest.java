package io.parcelnode.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** One link, fed by hand. Packets carry their number in their first word and are 972 bytes, 1000 with headers. */
class LinkTest {
    private static final int PACKET_BYTES = 972;
    private static final double MS_PER_PACKET_RATE = 8e6;

    private final Simulation sim = Simulation.seeded(42);
    private final Link link = sim.link("link", LinkConditions.NONE);
    private final List<Integer> numbers = new ArrayList<>();
    private final List<Long> timesNs = new ArrayList<>();
    private final List<Integer> lengths = new ArrayList<>();
    private final Route route = sim.route(List.of(link), (nowNs, packet, length) -> {
        timesNs.add(nowNs);
        lengths.add(length);
        numbers.add(length < 4 ? -1 : packet.getInt(0));
    });

    @Test
    void delaysAndSpaces() {
        link.conditions(
                LinkConditions.NONE.withOneWayDelay(Duration.ofMillis(5)).withRateBitsPerSecond(MS_PER_PACKET_RATE));
        send(3);
        assertEquals(List.of(6_000_000L, 7_000_000L, 8_000_000L), timesNs);
        assertEquals(List.of(0, 1, 2), numbers);
    }

    @Test
    void dropsTheTailOfAFullQueue() {
        link.conditions(
                LinkConditions.NONE.withRateBitsPerSecond(MS_PER_PACKET_RATE).withQueueBytes(4_000));
        send(10);
        assertEquals(List.of(0, 1, 2, 3), numbers);
        assertEquals(6, link.packetsDropped());
    }

    @Test
    void losesTheGivenShare() {
        faults(LinkFaults.NONE.withLossShare(0.1));
        send(20_000);
        assertTrue(
                link.packetsDropped() > 1_850 && link.packetsDropped() < 2_150,
                () -> link + " lost " + link.packetsDropped());
    }

    @Test
    void losesInBurstsOfTheGivenLength() {
        faults(LinkFaults.NONE.withBurstLoss(new BurstLoss(0.01, 0.1, 1)));
        send(50_000);
        int bursts = 0;
        for (int i = 1; i < numbers.size(); i++) {
            bursts += numbers.get(i) > numbers.get(i - 1) + 1 ? 1 : 0;
        }
        double lengthMean = (double) link.packetsDropped() / bursts;
        assertTrue(lengthMean > 8.5 && lengthMean < 12, "mean burst of " + lengthMean + " packets at seed 42");
    }

    @Test
    void dropsWhatTheFilterPicks() {
        faults(LinkFaults.NONE.withFilter((nowNs, index, packet, length) -> index % 3 == 1));
        send(6);
        assertEquals(List.of(0, 2, 3, 5), numbers);
    }

    @Test
    void jitterReordersAndLosesNothing() {
        faults(LinkFaults.NONE.withJitterMax(Duration.ofMillis(10)));
        send(100);
        assertEquals(100, numbers.size());
        assertNotEquals(numbers.stream().sorted().toList(), numbers);
        assertTrue(timesNs.get(99) <= 10_000_000);
    }

    @Test
    void duplicatesArriveTwice() {
        faults(LinkFaults.NONE.withDuplicateShare(1));
        send(2);
        assertEquals(List.of(0, 0, 1, 1), numbers);
    }

    @Test
    void damageShortensOrFlips() {
        faults(LinkFaults.NONE.withTruncateShare(1));
        send(20);
        assertTrue(lengths.stream().allMatch(length -> length < PACKET_BYTES));
        faults(LinkFaults.NONE.withCorruptShare(1));
        lengths.clear();
        send(20);
        assertTrue(lengths.stream().allMatch(length -> length == PACKET_BYTES));
    }

    @Test
    void headersCountAgainstTheSizeLimit() {
        faults(LinkFaults.NONE.withDropAboveBytes(999));
        send(1);
        assertEquals(List.of(), numbers);
        faults(LinkFaults.NONE.withDropAboveBytes(1_000));
        send(1);
        assertEquals(List.of(0), numbers);
    }

    @Test
    void aBlackoutHasABeginningAndAnEnd() {
        faults(LinkFaults.NONE.withBlackouts(List.of(new Blackout(Duration.ofMillis(10), Duration.ofMillis(20)))));
        for (int i = 0; i < 3; i++) {
            inject(i);
            sim.runFor(Duration.ofMillis(10));
        }
        assertEquals(List.of(0, 2), numbers);
    }

    @Test
    void everyPacketIsGivenBack() {
        faults(LinkFaults.NONE.withDuplicateShare(0.3).withLossShare(0.3).withTruncateShare(0.1));
        send(1_000);
        assertEquals(0, sim.packets().inUse());
    }

    @Test
    void theTranscriptNamesTheFate() {
        faults(LinkFaults.NONE.withLossShare(1));
        send(1);
        assertTrue(sim.describe().contains("DATA 0, 972 bytes, lost"), sim::describe);
    }

    @Test
    void anImpossibleShareIsRefusedWithItsName() {
        Throwable e = assertThrows(IllegalArgumentException.class, () -> LinkFaults.NONE.withLossShare(1.5));
        assertEquals("lossShare=1.5 is outside 0..1", e.getMessage());
    }

    private void faults(LinkFaults faults) {
        link.conditions(link.conditions().withFaults(faults));
    }

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            inject(i);
        }
        sim.runFor(Duration.ofSeconds(1));
    }

    private void inject(int number) {
        UnsafeBuffer packet = new UnsafeBuffer(new byte[PACKET_BYTES]);
        packet.putInt(0, number);
        route.inject(packet, 0, PACKET_BYTES);
    }
}
