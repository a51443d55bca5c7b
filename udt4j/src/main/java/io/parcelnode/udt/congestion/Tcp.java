package io.parcelnode.udt.congestion;

/**
 * A window as TCP Reno has it (RFC 5681; libudt's example CTCP): slow start, then one packet more a round trip, half at
 * a loss, and a new slow start when nothing is heard. For paths that are shared with TCP, and to compare with.
 *
 * <p>Where this differs from the RFC: packets are spread over the round trip instead of being sent in bursts, and what
 * is lost within one window counts once, as with selective acknowledgements (RFC 6675). Owned by one connection; not
 * thread-safe.
 */
public final class Tcp implements CongestionControl {
    private static final double INITIAL_WINDOW_PACKETS = 10;
    private static final double WINDOW_MIN_PACKETS = 2;
    /** Faster than window over round trip, so that the window decides how much is sent and pacing only when. */
    private static final double SLOW_START_GAIN = 2;

    private static final double GAIN = 1.2;
    /** A window that is not used this far tells nothing of the path and does not grow (RFC 7661). */
    private static final double USED_SHARE = 0.9;

    private static final double USED_SHARE_IN_SLOW_START = 0.5;

    private final PathView path;
    private final int windowMaxPackets;

    private double window = INITIAL_WINDOW_PACKETS;
    private double slowStartThreshold = Double.POSITIVE_INFINITY;
    /** The newest packet that had been sent at the last cut: losses up to it are the same event. */
    private long lastCutPacket = -1;

    private int inFlightPackets;

    /** @param windowMaxPackets most packets that the peer takes */
    public Tcp(PathView path, int windowMaxPackets) {
        this.path = path;
        this.windowMaxPackets = windowMaxPackets;
    }

    @Override
    public double sendPeriodNs() {
        return path.rttMicros() * 1_000 / (window * (isSlowStart() ? SLOW_START_GAIN : GAIN));
    }

    @Override
    public int windowPackets() {
        return (int) window;
    }

    @Override
    public void onDelivered(Delivery delivery) {
        inFlightPackets = delivery.inFlightPackets;
        int before = delivery.inFlightPackets + delivery.packets;
        if (before < windowPackets() * (isSlowStart() ? USED_SHARE_IN_SLOW_START : USED_SHARE)) {
            return;
        }
        double grown = isSlowStart()
                ? Math.min(window + delivery.packets, Math.max(slowStartThreshold, window))
                : window + delivery.packets / window;
        window = Math.min(grown, Math.max(windowMaxPackets, WINDOW_MIN_PACKETS));
    }

    @Override
    public void onLoss(long nowNs, long firstLostPacket, int packets) {
        if (firstLostPacket > lastCutPacket) {
            slowStartThreshold = Math.max(WINDOW_MIN_PACKETS, window / 2);
            window = slowStartThreshold;
            lastCutPacket = path.lastSentPacket();
        }
    }

    @Override
    public void onTimeout(long nowNs) {
        slowStartThreshold = Math.max(WINDOW_MIN_PACKETS, Math.min(window, inFlightPackets) / 2);
        window = WINDOW_MIN_PACKETS;
        lastCutPacket = path.lastSentPacket();
    }

    private boolean isSlowStart() {
        return window < slowStartThreshold;
    }
}
