package io.parcelnode.udt.engine;

/**
 * How fast data packets arrive while they do, in packets per second: word 4 of our ACKs.
 *
 * <p>libudt takes a median of 16 gaps in whole microseconds, which a batched receive turns into nonsense. This class
 * counts packets over time windows and leaves out the pauses in which the sender had nothing to send, so that the
 * figure stays the speed of the path and not of the application. Owned by one connection; not thread-safe.
 */
final class ArrivalRate {
    private static final int WINDOW_PACKETS = 16;
    private static final long WINDOW_NS = 5_000_000;
    /** A gap this long is a pause whatever the rate, unless packets are always that rare. */
    private static final long PAUSE_MIN_NS = 5_000_000;

    private static final int PAUSE_FACTOR = 8;

    private long lastArrivalNs = -1;
    private long windowNs;
    private int windowPackets;
    private double packetsPerSecond;

    void onArrival(long nowNs) {
        if (lastArrivalNs >= 0) {
            long gapNs = nowNs - lastArrivalNs;
            if (gapNs <= pauseNs()) {
                windowNs += gapNs;
                windowPackets++;
                if (windowPackets >= WINDOW_PACKETS && windowNs >= WINDOW_NS) {
                    packetsPerSecond = windowPackets * 1e9 / windowNs;
                    windowNs = 0;
                    windowPackets = 0;
                }
            }
        }
        lastArrivalNs = nowNs;
    }

    /** 0 until enough packets have come. A running window counts once it holds enough of them. */
    double packetsPerSecond() {
        if (packetsPerSecond == 0 && windowPackets >= WINDOW_PACKETS && windowNs > 0) {
            return windowPackets * 1e9 / windowNs;
        }
        return packetsPerSecond;
    }

    private long pauseNs() {
        if (packetsPerSecond == 0) {
            // Nothing is known yet: a window that is mostly one gap must be able to fill on a slow path.
            return 200_000_000;
        }
        return Math.max(PAUSE_MIN_NS, (long) (PAUSE_FACTOR * 1e9 / packetsPerSecond));
    }
}
