package io.parcelnode.perf.wan;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What one {@code wan} measurement does.
 *
 * @param peers by name, in the order of the report
 * @param timeout longest time for one transfer; null for twice the ideal time, 60 s at least
 * @param seed of the losses of the first run; the next run has the next one, the same for every peer
 */
record WanPlan(
        Path linkProgram,
        List<WanCell> cells,
        Map<String, WanPeer> peers,
        int runs,
        long bytesMin,
        Duration timeout,
        long seed,
        boolean qualifies) {
    private static final Duration CRAWL = Duration.ofSeconds(60);

    Duration timeoutOf(WanCell cell) {
        if (timeout != null) {
            return timeout;
        }
        Duration twice = cell.idealTime(cell.transferBytes(bytesMin)).multipliedBy(2);
        return twice.compareTo(CRAWL) > 0 ? twice : CRAWL;
    }
}
