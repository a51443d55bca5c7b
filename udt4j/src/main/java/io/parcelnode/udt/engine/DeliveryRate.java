package io.parcelnode.udt.engine;

import io.parcelnode.udt.congestion.Delivery;

/**
 * Measures how fast packets arrive at the peer, from our own sending times and the news of their arrival alone
 * (draft-ietf-ccwg-bbr, delivery rate samples). The rate of a sample is never more than the rate at which its packets
 * were sent, so that acknowledgements that come in a heap do not look like a fast path. Owned by one connection.
 */
final class DeliveryRate {
    private final SentPackets sent;

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

    /** @param sent where to keep with each packet what was known when it was sent */
    DeliveryRate(SentPackets sent) {
        this.sent = sent;
    }

    /** @param inFlightPackets before this one */
    void onSent(long nowNs, long packet, int inFlightPackets) {
        if (inFlightPackets == 0) {
            sampleFirstSentNs = nowNs;
            totalNs = nowNs;
        }
        sent.onSent(packet, total, totalNs, sampleFirstSentNs, total < applicationLimitedUntil);
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
        if (sent.totalWhenSent(packet) >= priorTotal) {
            hasSample = true;
            priorTotal = sent.totalWhenSent(packet);
            priorNs = sent.totalNsWhenSent(packet);
            sendElapsedNs = sentNs - sent.firstSentNsWhenSent(packet);
            sampleLimited = sent.wasApplicationLimited(packet);
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
