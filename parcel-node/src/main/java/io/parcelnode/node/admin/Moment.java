package io.parcelnode.node.admin;

/**
 * One second of the server, as the charts draw it.
 *
 * @param rttMs median of the sessions that sent something, null if none did
 * @param rttMaxMs of those the longest
 * @param sentAgain share of the packets sent that had been sent before, null if too few were sent to tell
 */
record Moment(
        long atMs,
        double deliveredBitsPerSecond,
        double sentBitsPerSecond,
        Double rttMs,
        Double rttMaxMs,
        Double sentAgain) {
    /** Two of four packets are no path that loses half of all. */
    private static final int PACKETS_MIN = 50;

    /** Null for too few packets. */
    static Double share(long sentAgain, long sent) {
        return sent < PACKETS_MIN ? null : (Double) ((double) sentAgain / sent);
    }
}
