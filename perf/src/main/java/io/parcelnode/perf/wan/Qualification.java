package io.parcelnode.perf.wan;

/**
 * Whether the emulator, on this machine and at this time, can carry a cell's rate without losing anything itself.
 *
 * @param sent plain datagrams at the cell's rate
 * @param megabitsPerSecond at which they were sent, IP bytes
 */
record Qualification(long sent, long received, double megabitsPerSecond, double wantedMegabitsPerSecond) {
    private static final double RATE_SHARE_MIN = 0.95;

    long dropped() {
        return sent - received;
    }

    boolean isQualified() {
        return dropped() == 0 && megabitsPerSecond >= RATE_SHARE_MIN * wantedMegabitsPerSecond;
    }
}
