package io.parcelnode.perf.wan;

/**
 * One transfer.
 *
 * @param bytes of the file that the receiver got: all of them, unless the transfer was stopped
 * @param seconds that its rate is reckoned by
 * @param reportedMegabitsPerSecond the rate by the peer's own account; NaN without one
 * @param wallSeconds from the start of the client to the end of the programs that count
 * @param cpuSeconds of both ends from the start of the client on
 * @param sentBytes that the sending interface counted, IP headers included
 * @param counters of the link; null when its program does not tell
 */
record WanRun(
        long bytes,
        double seconds,
        double reportedMegabitsPerSecond,
        double wallSeconds,
        double cpuSeconds,
        double emulatorCpuSeconds,
        long sentBytes,
        boolean isStopped,
        LinkCounters counters) {

    double megabitsPerSecond() {
        return bytes * 8e-6 / seconds;
    }

    double cpuSecondsPerGb() {
        return cpuSeconds / (bytes / 1e9);
    }

    double sentOverDelivered() {
        return (double) sentBytes / bytes;
    }

    /**
     * What the link delivered over what it had to deliver: 0 when everything that was repeated had been lost before. A
     * transport's own framing and control packets are in it.
     */
    double resentBeyondLostShare(int payloadBytes) {
        double needed = (double) bytes / payloadBytes * WanCell.MTU_BYTES;
        return counters.deliveredBytes() / needed - 1;
    }
}
