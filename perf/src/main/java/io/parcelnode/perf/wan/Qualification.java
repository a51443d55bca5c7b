package io.parcelnode.perf.wan;

/**
 * Whether the emulator, on this machine and at this time, can carry a cell's rate without losing anything itself.
 *
 * @param sent plain datagrams at the cell's rate
 * @param megabitsPerSecond at which they were sent, IP bytes
 * @param emulatorCores that the link's program kept busy meanwhile
 */
record Qualification(
        long sent, long received, double megabitsPerSecond, double wantedMegabitsPerSecond, double emulatorCores) {
    private static final double RATE_SHARE_MIN = 0.95;

    /** Beyond this an emulator in one thread has nothing to spare when a transport sends in bursts. */
    private static final double CORES_MAX = 0.7;

    long dropped() {
        return sent - received;
    }

    boolean isQualified() {
        return dropped() == 0
                && megabitsPerSecond >= RATE_SHARE_MIN * wantedMegabitsPerSecond
                && emulatorCores <= CORES_MAX;
    }
}
