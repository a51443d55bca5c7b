package io.parcelnode.sim.cross;

/**
 * RFC 9438: the window is a cubic function of the time since the last loss, flat where that loss happened, and never
 * less than what Reno would have.
 *
 * <p>Slow start is the classic one, without HyStart. Roots come from {@link StrictMath}, so that a run repeats on any
 * JDK.
 */
final class CubicModel implements WindowModel {
    /** Steepness, in packets per second cubed. */
    private static final double C = 0.4;
    /** What a loss leaves of the window. */
    private static final double BETA = 0.7;
    /** Reno's increase per round trip that gives the same average window with BETA in place of one half. */
    private static final double RENO_INCREASE = 3 * (1 - BETA) / (1 + BETA);

    private static final double WINDOW_MIN_PACKETS = 2;
    private static final long NONE = -1;

    private double window = INITIAL_WINDOW_PACKETS;
    private double threshold = WINDOW_MAX_PACKETS;
    private double plateau;
    private double priorWindow;
    private double renoWindow;
    private double secondsToPlateau;
    private long epochNs = NONE;

    @Override
    public double windowPackets() {
        return window;
    }

    @Override
    public void onAck(long nowNs, double roundTripNs) {
        if (window < threshold) {
            window = Math.min(WINDOW_MAX_PACKETS, window + 1);
            return;
        }
        if (epochNs == NONE) {
            startEpoch(nowNs);
        }
        double seconds = (nowNs - epochNs) / 1e9;
        renoWindow += (renoWindow < priorWindow ? RENO_INCREASE : 1) / window;
        if (cubic(seconds) < renoWindow) {
            window = Math.max(window, renoWindow);
        } else {
            double target = Math.max(window, Math.min(1.5 * window, cubic(seconds + roundTripNs / 1e9)));
            window += (target - window) / window;
        }
        window = Math.min(WINDOW_MAX_PACKETS, window);
    }

    @Override
    public void onLoss(long nowNs) {
        // Fast convergence: a flow that lost before it was back where it had been makes room for a newcomer.
        plateau = window < plateau ? window * (1 + BETA) / 2 : window;
        priorWindow = window;
        threshold = Math.max(WINDOW_MIN_PACKETS, window * BETA);
        window = threshold;
        epochNs = NONE;
    }

    @Override
    public void onTimeout(long nowNs) {
        onLoss(nowNs);
        window = 1;
        // RFC 9438, section 4.8: what comes after the slow start begins on the plateau.
        plateau = 0;
    }

    private void startEpoch(long nowNs) {
        epochNs = nowNs;
        renoWindow = window;
        if (plateau <= window) {
            plateau = window;
            secondsToPlateau = 0;
        } else {
            secondsToPlateau = StrictMath.cbrt((plateau - window) / C);
        }
    }

    private double cubic(double seconds) {
        double fromPlateau = seconds - secondsToPlateau;
        return C * fromPlateau * fromPlateau * fromPlateau + plateau;
    }
}
