package io.parcelnode.sim;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/**
 * One direction of a link: a queue, a bottleneck, a delay, and faults. Owned by its simulation.
 *
 * <p>The bottleneck is a virtual clock, the time at which it will have sent everything accepted so far; the length of
 * its queue follows from that.
 */
public final class Link implements EventHandler {
    private static final int IP_UDP_BYTES = 28;
    /** Event argument: the first packet in line arrives; others name their packet. */
    private static final int FIRST_IN_LINE = -1;

    private final EventQueue events;
    private final PacketStore packets;
    private final Transcript transcript;
    private final SplittableRandom random;
    private final String name;
    private final int number;
    private final int handler;
    private final int lineTimer;
    private LinkConditions conditions;
    // The parts of the conditions that are needed at each packet, without the detour through records.
    private LinkFaults faults;
    private List<Blackout> blackouts;
    private double nsPerByte;
    private long delayNs;
    private long jitterNs;
    private double reorderShare;
    private long reorderNs;
    private boolean bad;
    private long lineFreeNs;
    private long packetsEntered;
    private long packetsDropped;
    private long bytesPassed;
    private LongConsumer waits = waitNs -> {};
    // Packets that arrive in the order in which they came: only the first of them needs an event.
    private long[] lineNs = new long[64];
    private long[] lineOrders = new long[64];
    private int[] linePackets = new int[64];
    private int lineHead;
    private int lineCount;
    private long lineLastNs;

    Link(
            EventQueue events,
            PacketStore packets,
            Transcript transcript,
            String name,
            int number,
            LinkConditions conditions,
            SplittableRandom random) {
        this.events = events;
        this.packets = packets;
        this.transcript = transcript;
        this.name = name;
        this.number = number;
        this.random = random;
        this.handler = events.register(this);
        this.lineTimer = events.timer(this, FIRST_IN_LINE);
        conditions(conditions);
    }

    public String name() {
        return name;
    }

    /** Counted from 0 in the order in which the simulation made its links. */
    int number() {
        return number;
    }

    public LinkConditions conditions() {
        return conditions;
    }

    /** Holds for packets that enter from now on. */
    public void conditions(LinkConditions changed) {
        conditions = changed;
        faults = changed.faults();
        blackouts = faults.blackouts();
        nsPerByte = changed.rateBitsPerSecond() == 0 ? 0 : 8e9 / changed.rateBitsPerSecond();
        delayNs = changed.oneWayDelay().toNanos();
        jitterNs = faults.jitterMax().toNanos();
        reorderShare = faults.reorderShare();
        reorderNs = faults.reorderDelay().toNanos();
    }

    /** From now on nothing goes wrong. */
    public void heal() {
        conditions(conditions.healed());
    }

    public long packetsEntered() {
        return packetsEntered;
    }

    public long packetsDropped() {
        return packetsDropped;
    }

    /** Bytes that came out or will, IP and UDP headers included. */
    public long bytesPassed() {
        return bytesPassed;
    }

    /** Tells how long each packet that the queue took has to wait in it, in nanoseconds. */
    public void onWait(LongConsumer consumer) {
        waits = consumer;
    }

    /** Bytes that wait in front of the bottleneck now. */
    public long queuedBytes() {
        long waitNs = lineFreeNs - events.nowNs();
        return nsPerByte == 0 || waitNs <= 0 ? 0 : (long) (waitNs / nsPerByte);
    }

    /** Takes over the packet. */
    void enter(long nowNs, int packet) {
        long index = packetsEntered++;
        Fate fate = dropOnEntry(nowNs, index, packet);
        long outNs = nowNs;
        if (fate == Fate.PASSED && nsPerByte > 0) {
            int bytes = packets.length(packet) + IP_UDP_BYTES;
            long startNs = Math.max(nowNs, lineFreeNs);
            if (startNs > nowNs && (startNs - nowNs) / nsPerByte + bytes > conditions.queueBytes()) {
                fate = Fate.QUEUE_FULL;
            } else {
                lineFreeNs = startNs + (long) (bytes * nsPerByte);
                waits.accept(startNs - nowNs);
                outNs = lineFreeNs;
            }
        }
        if (fate == Fate.PASSED) {
            // Loss comes after the bottleneck, so that a lost packet has used its share of it.
            fate = randomFate();
        }
        transcript.record(nowNs, this, packets, packet, fate);
        if (fate.isDrop()) {
            packetsDropped++;
            packets.release(packet);
            return;
        }
        damage(fate, packet);
        bytesPassed += packets.length(packet) + IP_UDP_BYTES;
        if (fate == Fate.DUPLICATED) {
            arriveAt(outNs + delay(), packets.addCopy(packet));
        }
        arriveAt(outNs + delay(), packet);
    }

    /** A packet has reached the other side. */
    @Override
    public void onEvent(long nowNs, int argument) {
        int packet = argument == FIRST_IN_LINE ? leaveLine() : argument;
        packets.route(packet).onward(nowNs, packet);
    }

    @Override
    public String toString() {
        return name + " " + conditions;
    }

    private void arriveAt(long timeNs, int packet) {
        long order = events.takeOrder();
        if (lineCount > 0 && timeNs < lineLastNs) {
            events.schedule(timeNs, order, handler, packet);
            return;
        }
        if (lineCount == linePackets.length) {
            growLine();
        }
        int slot = lineHead + lineCount & linePackets.length - 1;
        lineNs[slot] = timeNs;
        lineOrders[slot] = order;
        linePackets[slot] = packet;
        lineLastNs = timeNs;
        if (lineCount++ == 0) {
            events.setTimer(lineTimer, timeNs, order);
        }
    }

    private int leaveLine() {
        int packet = linePackets[lineHead];
        lineHead = lineHead + 1 & linePackets.length - 1;
        if (--lineCount > 0) {
            events.setTimer(lineTimer, lineNs[lineHead], lineOrders[lineHead]);
        }
        return packet;
    }

    private void growLine() {
        int old = linePackets.length;
        lineNs = Arrays.copyOf(lineNs, 2 * old);
        lineOrders = Arrays.copyOf(lineOrders, 2 * old);
        linePackets = Arrays.copyOf(linePackets, 2 * old);
        // What had wrapped round follows the rest now.
        System.arraycopy(lineNs, 0, lineNs, old, lineHead);
        System.arraycopy(lineOrders, 0, lineOrders, old, lineHead);
        System.arraycopy(linePackets, 0, linePackets, old, lineHead);
    }

    private Fate dropOnEntry(long nowNs, long index, int packet) {
        int length = packets.length(packet);
        if (faults.dropAboveBytes() > 0 && length + IP_UDP_BYTES > faults.dropAboveBytes()) {
            return Fate.TOO_LARGE;
        }
        for (int i = 0; i < blackouts.size(); i++) {
            if (blackouts.get(i).covers(nowNs)) {
                return Fate.BLACKOUT;
            }
        }
        PacketFilter filter = faults.filter();
        boolean drops = filter != PacketFilter.NONE && filter.drops(nowNs, index, packets.inspect(packet), length);
        return drops ? Fate.FILTERED : Fate.PASSED;
    }

    private Fate randomFate() {
        if (chance(faults.lossShare())) {
            return Fate.LOST;
        }
        BurstLoss burst = faults.burstLoss();
        if (burst.beginShare() > 0) {
            bad = bad ? !chance(burst.endShare()) : chance(burst.beginShare());
            if (bad && chance(burst.lossShare())) {
                return Fate.LOST_IN_BURST;
            }
        }
        if (chance(faults.corruptShare())) {
            return Fate.CORRUPTED;
        }
        if (chance(faults.truncateShare())) {
            return Fate.TRUNCATED;
        }
        return chance(faults.duplicateShare()) ? Fate.DUPLICATED : Fate.PASSED;
    }

    private void damage(Fate fate, int packet) {
        int length = packets.length(packet);
        if (fate == Fate.CORRUPTED) {
            int at = random.nextInt(length);
            packets.flipBit(packet, at, random.nextInt(8));
        } else if (fate == Fate.TRUNCATED) {
            packets.truncate(packet, random.nextInt(length));
        }
    }

    private long delay() {
        long heldBackNs = chance(reorderShare) ? reorderNs : 0;
        return delayNs + heldBackNs + (jitterNs == 0 ? 0 : random.nextLong(jitterNs + 1));
    }

    /** Draws only when there is something to decide, so that a fault that is off costs nothing. */
    private boolean chance(double share) {
        return share > 0 && random.nextDouble() < share;
    }
}
