package io.parcelnode.udt.engine;

import io.parcelnode.udt.congestion.Delivery;

/**
 * Measures how fast packets arrive at the peer, from our own sending times and the news of their arrival alone
 * (draft-ietf-ccwg-bbr, delivery rate samples). The rate of a sample is never more than the rate at which its packets
 * were sent, so that acknowledgements that come in a heap do not look like a fast path. Owned by one connection.
 */
final class DeliveryRate {
    private int mask;
    private long[] totalWhenSent;
    private long[] totalNsWhenSent;
    private long[] firstSentNs;
    private boolean[] applicationLimited;

    private long total;
    private long totalNs;
    private long sampleFirstSentNs;
    private long applicationLimitedUntil;

    // The sample being gathered.
    private int packets;
    private long priorTotal;
    private long priorNs;
    private long sendElapsedNs;
    private boolean sampleLimited;
    private boolean hasSample;

    DeliveryRate(int capacityPackets) {
        mask = capacityPackets - 1;
        totalWhenSent = new long[capacityPackets];
        totalNsWhenSent = new long[capacityPackets];
        firstSentNs = new long[capacityPackets];
        applicationLimited = new boolean[capacityPackets];
    }

    /** Keeps what is known of packets from {@code first} to before {@code end}. */
    void resize(int capacityPackets, long first, long end) {
        DeliveryRate other = new DeliveryRate(capacityPackets);
        for (long packet = first; packet < end; packet++) {
            int from = (int) packet & mask;
            int to = (int) packet & other.mask;
            other.totalWhenSent[to] = totalWhenSent[from];
            other.totalNsWhenSent[to] = totalNsWhenSent[from];
            other.firstSentNs[to] = firstSentNs[from];
            other.applicationLimited[to] = applicationLimited[from];
        }
        mask = other.mask;
        totalWhenSent = other.totalWhenSent;
        totalNsWhenSent = other.totalNsWhenSent;
        firstSentNs = other.firstSentNs;
        applicationLimited = other.applicationLimited;
    }

    /** @param inFlightPackets before this one */
    void onSent(long nowNs, long packet, int inFlightPackets) {
        if (inFlightPackets == 0) {
            sampleFirstSentNs = nowNs;
            totalNs = nowNs;
        }
        int slot = (int) packet & mask;
        firstSentNs[slot] = sampleFirstSentNs;
        totalWhenSent[slot] = total;
        totalNsWhenSent[slot] = totalNs;
        applicationLimited[slot] = total < applicationLimitedUntil;
    }

    /** The application has nothing to send although the path would take it. */
    void onApplicationLimited(int inFlightPackets) {
        applicationLimitedUntil = total + Math.max(1, inFlightPackets);
    }

    void begin() {
        packets = 0;
        hasSample = false;
        priorTotal = -1;
    }

    /**
     * How many packets have arrived in all, by the peer's count. It knows of arrivals before we hear which ones they
     * were; counted by us, they would come in a heap and look like a fast path.
     */
    void onTotal(long nowNs, long arrived) {
        packets = (int) Math.max(0, arrived - total);
        total += packets;
        totalNs = nowNs;
    }

    /** A packet is known to have arrived; {@code sentNs} is when it was last sent. */
    void onDelivered(long nowNs, long packet, long sentNs, boolean isCounted) {
        if (isCounted) {
            packets++;
            total++;
            totalNs = nowNs;
        }
        int slot = (int) packet & mask;
        if (totalWhenSent[slot] >= priorTotal) {
            hasSample = true;
            priorTotal = totalWhenSent[slot];
            priorNs = totalNsWhenSent[slot];
            sendElapsedNs = sentNs - firstSentNs[slot];
            sampleLimited = applicationLimited[slot];
            sampleFirstSentNs = sentNs;
        }
    }

    /** @param rttMinNs a sample over less than a round trip says nothing */
    void fill(long nowNs, long rttMinNs, Delivery delivery) {
        delivery.packets = packets;
        delivery.totalPackets = total;
        delivery.totalPacketsWhenSent = hasSample ? priorTotal : 0;
        delivery.ratePacketsPerSecond = 0;
        delivery.isApplicationLimited = sampleLimited;
        if (hasSample) {
            long intervalNs = Math.max(sendElapsedNs, nowNs - priorNs);
            if (intervalNs > 0 && intervalNs >= rttMinNs) {
                delivery.ratePacketsPerSecond = (total - priorTotal) * 1e9 / intervalNs;
            }
        }
    }

    long total() {
        return total;
    }
}
