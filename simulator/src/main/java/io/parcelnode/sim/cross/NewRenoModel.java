package io.parcelnode.sim.cross;

/** RFC 5681 and 6582: one packet more per round trip, half the window at a loss. */
final class NewRenoModel implements WindowModel {
    private static final double WINDOW_MIN_PACKETS = 2;

    private double window = INITIAL_WINDOW_PACKETS;
    private double threshold = WINDOW_MAX_PACKETS;

    @Override
    public double windowPackets() {
        return window;
    }

    @Override
    public void onAck(long nowNs, double roundTripNs) {
        window = Math.min(WINDOW_MAX_PACKETS, window + (window < threshold ? 1 : 1 / window));
    }

    @Override
    public void onLoss(long nowNs) {
        threshold = Math.max(WINDOW_MIN_PACKETS, window / 2);
        window = threshold;
    }

    @Override
    public void onTimeout(long nowNs) {
        threshold = Math.max(WINDOW_MIN_PACKETS, window / 2);
        window = 1;
    }
}
