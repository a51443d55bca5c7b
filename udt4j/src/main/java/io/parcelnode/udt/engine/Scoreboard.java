package io.parcelnode.udt.engine;

import io.parcelnode.udt.congestion.Delivery;

/**
 * What is known of every packet in flight: where its bytes are, when it was last sent, whether it has arrived.
 *
 * <p>Packets before {@link #firstUnacked} have all arrived. Of those up to {@link #frontier} the ones in {@code missing}
 * have not, as far as the peer has told; beyond it nothing is known. News comes as {@link #begin}, any number of
 * arrivals and gaps, {@link #end}. Owned by one connection; not thread-safe.
 */
final class Scoreboard {
    /** Books for so many packets are there from the start; more come as they are needed. */
    private static final int PACKETS_MIN = 512;
    /** What the books take for one packet: its record, and two bits. */
    private static final int BYTES_PER_PACKET = SentPackets.RECORD_BYTES + 1;

    private final int capacityPackets;
    private final BufferMemory memory;
    private final SentPackets sent;
    private final boolean peerCounts;
    private LossBitmap missing;
    private LossBitmap lost;
    private final DeliveryRate rate;
    private final MinimumRtt minimumRtt = new MinimumRtt();
    private final Delivery delivery = new Delivery();

    private long firstUnacked;
    private long frontier;
    private long nextPacket;
    private int largestArrivedBytes;
    private int freshLosses;
    private long firstFreshLoss;
    private long ownRttNs;
    private long arrivedAgeMaxNs;

    /**
     * @param capacityPackets a power of two, at least 64
     *     most packets that may be in flight
     * @param peerCounts whether the peer tells how many packets have arrived in all
     */
    Scoreboard(int capacityPackets, boolean peerCounts, BufferMemory memory) {
        this.peerCounts = peerCounts;
        this.capacityPackets = capacityPackets;
        this.memory = memory;
        int packets = Math.min(PACKETS_MIN, capacityPackets);
        memory.take(bytes(packets), 0, true);
        sent = new SentPackets(packets);
        missing = new LossBitmap(packets);
        lost = new LossBitmap(packets);
        rate = new DeliveryRate(sent);
    }

    int capacityPackets() {
        return capacityPackets;
    }

    long firstUnacked() {
        return firstUnacked;
    }

    long frontier() {
        return frontier;
    }

    /** The number that the next new packet gets. */
    long nextPacket() {
        return nextPacket;
    }

    boolean isEmpty() {
        return firstUnacked == nextPacket;
    }

    /** Sent and not yet acknowledged in one piece, arrived or not. */
    int unackedPackets() {
        return (int) (nextPacket - firstUnacked);
    }

    /** Sent and neither known to have arrived nor known to be lost. */
    int inFlightPackets() {
        return (int) (nextPacket - frontier) + missing.count() - lost.count();
    }

    long start(long packet) {
        return sent.start(packet);
    }

    int length(long packet) {
        return sent.length(packet);
    }

    long sentNs(long packet) {
        return sent.sentNs(packet);
    }

    /** The largest payload that is known to have arrived. */
    int largestArrivedBytes() {
        return largestArrivedBytes;
    }

    /** 0 before the first sample. */
    long minimumRttNs() {
        return minimumRtt.ns();
    }

    /** Time from sending the newest packet of the last news to its arrival here, 0 when it cannot be told. */
    long ownRttNs() {
        return ownRttNs;
    }

    /** The longest time since sending of a packet in the last news: no round trip can have taken longer. 0 without news. */
    long arrivedAgeMaxNs() {
        return arrivedAgeMaxNs;
    }

    /** The peer's own count of arrivals, modulo 2^32. */
    void onPeerCount(long nowNs, int arrivedPackets) {
        long total = rate.total();
        int more = arrivedPackets - (int) total;
        // It cannot have more than was ever sent, whatever it says.
        if (more > 0 && total + more <= nextPacket) {
            rate.onTotal(nowNs, total + more);
        }
    }

    DeliveryRate rate() {
        return rate;
    }

    /** True if the books have room for one more packet; they grow if there is memory for it. */
    boolean makeRoom() {
        int packets = sent.capacityPackets();
        if (nextPacket - firstUnacked < packets) {
            return true;
        }
        if (packets >= capacityPackets || !memory.take(bytes(packets), heldBytes(), false)) {
            return false;
        }
        resize(2 * packets);
        return true;
    }

    /** When nothing is in flight, the books need not be larger than at the start. */
    void trim() {
        int packets = Math.min(PACKETS_MIN, capacityPackets);
        if (isEmpty() && sent.capacityPackets() > packets) {
            memory.give(heldBytes() - bytes(packets));
            resize(packets);
        }
    }

    /** The memory is not ours any more; nothing will be sent. */
    void dispose() {
        memory.give(heldBytes());
    }

    long heldBytes() {
        return bytes(sent.capacityPackets());
    }

    /** Takes the next number for a new packet. */
    long add(long start, int length) {
        long packet = nextPacket++;
        sent.add(packet, start, length);
        return packet;
    }

    void onSent(long nowNs, long packet) {
        sent.onSent(packet, nowNs);
        rate.onSent(nowNs, packet, inFlightPackets() - 1);
    }

    boolean hasLost() {
        return lost.count() > 0;
    }

    /** Packets that wait to be sent again. */
    int lostPackets() {
        return lost.count();
    }

    /** The oldest packet to send again; there must be one. */
    long pollLost() {
        return lost.pollFirst();
    }

    /** How often a packet was sent so far. */
    int sends(long packet) {
        return sent.sends(packet);
    }

    boolean isLost(long packet) {
        return lost.contains(packet);
    }

    /** Whether a packet that was sent again has neither arrived nor been found lost since, as far as is known. */
    boolean isOnItsWay(long packet) {
        return packet >= firstUnacked && missing.contains(packet) && !lost.contains(packet);
    }

    /** To be sent again although nothing says that it is lost: its arrival, or not, will tell. */
    void probe(long packet) {
        if (packet >= frontier) {
            // Beyond the frontier nothing else is known, so all before it counts as missing from now on.
            for (long unknown = frontier; unknown <= packet; unknown++) {
                missing.add(unknown);
            }
            frontier = packet + 1;
        }
        // What has arrived tells nothing more, but the first one cannot have, whatever a damaged report said.
        if (packet == firstUnacked || missing.contains(packet)) {
            missing.add(packet);
            lost.add(packet);
        }
    }

    // News from the peer.

    void begin() {
        rate.begin();
        freshLosses = 0;
        ownRttNs = 0;
        arrivedAgeMaxNs = 0;
    }

    /** Every packet before {@code packet} has arrived. */
    void onAllBefore(long nowNs, long packet) {
        for (long gone = missing.next(firstUnacked); gone >= 0 && gone < packet; gone = missing.next(gone)) {
            arrived(nowNs, gone);
        }
        for (long fresh = Math.max(frontier, firstUnacked); fresh < packet; fresh++) {
            arrived(nowNs, fresh);
        }
        firstUnacked = Math.max(firstUnacked, packet);
        frontier = Math.max(frontier, packet);
    }

    /** All packets from {@code from} to before {@code to} have arrived. */
    void onArrived(long nowNs, long from, long to) {
        long last = Math.min(to, frontier);
        long known = missing.next(Math.max(from, firstUnacked));
        while (known >= 0 && known < last) {
            arrived(nowNs, known);
            known = missing.next(known);
        }
        for (long fresh = Math.max(from, frontier); fresh < to; fresh++) {
            arrived(nowNs, fresh);
        }
        frontier = Math.max(frontier, to);
    }

    /** Packets from {@code first} to {@code last} are not known to have arrived although a later one has. */
    void onMissing(long first, long last) {
        for (long packet = Math.max(first, frontier); packet <= last; packet++) {
            missing.add(packet);
        }
        frontier = Math.max(frontier, last + 1);
    }

    /** The peer itself calls these lost; each is sent again unless that was done within the last round trip. */
    void onReportedLost(long nowNs, long first, long last, long rttNs) {
        long packet = missing.next(Math.max(first, firstUnacked));
        while (packet >= 0 && packet <= last) {
            if (!isResent(packet) || nowNs - sentNs(packet) >= rttNs) {
                lose(packet);
            }
            packet = missing.next(packet + 1);
        }
    }

    /**
     * Finds what is lost by the times of sending (RACK, RFC 8985): what is missing and was last sent before
     * {@code dueNs}. So a lost retransmission is found like any other loss. Only the part of the window that the peer has
     * just described is looked at: of the rest it is not known what has arrived meanwhile.
     */
    void detectLosses(long from, long to, long dueNs) {
        long packet = missing.next(Math.max(from, firstUnacked));
        while (packet >= 0 && packet < to) {
            if (sentNs(packet) < dueNs) {
                lose(packet);
            }
            packet = missing.next(packet + 1);
        }
    }

    /** @param rttNs what the peer's echo says, 0 to go by our own times */
    Delivery end(long nowNs, long rttNs, boolean isFullAck) {
        long sampleNs = rttNs > 0 ? rttNs : ownRttNs;
        if (sampleNs > 0) {
            minimumRtt.onSample(nowNs, sampleNs);
        }
        delivery.nowNs = nowNs;
        delivery.ackedPacket = firstUnacked;
        delivery.isFullAck = isFullAck;
        delivery.rttNs = sampleNs;
        delivery.inFlightPackets = inFlightPackets();
        rate.fill(nowNs, minimumRtt.ns(), delivery);
        return delivery;
    }

    /** Packets found lost for the first time since {@link #begin}. */
    int freshLosses() {
        return freshLosses;
    }

    long firstFreshLoss() {
        return firstFreshLoss;
    }

    private static long bytes(int packets) {
        return (long) BYTES_PER_PACKET * packets;
    }

    private void resize(int packets) {
        sent.resize(packets, firstUnacked, nextPacket);
        missing = missing.resized(packets);
        lost = lost.resized(packets);
    }

    private void lose(long packet) {
        if (lost.add(packet) && !isResent(packet)) {
            if (freshLosses++ == 0) {
                firstFreshLoss = packet;
            }
        }
    }

    private void arrived(long nowNs, long packet) {
        missing.remove(packet);
        lost.remove(packet);
        largestArrivedBytes = Math.max(largestArrivedBytes, sent.length(packet));
        long sentNs = sent.sentNs(packet);
        long ageNs = nowNs - sentNs;
        arrivedAgeMaxNs = Math.max(arrivedAgeMaxNs, ageNs);
        if (!isResent(packet)) {
            ownRttNs = ageNs;
        }
        rate.onDelivered(nowNs, packet, sentNs, !peerCounts);
    }

    private boolean isResent(long packet) {
        return sent.sends(packet) > 1;
    }
}
