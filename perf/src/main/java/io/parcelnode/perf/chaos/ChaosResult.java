package io.parcelnode.perf.chaos;

import java.util.List;
import java.util.Map;

/**
 * What one run has shown.
 *
 * @param happened how often each fault has really happened: a client that has ended before its turn is spared
 * @param exitCodes how often clients have ended with each code
 * @param attempts to download everything, or what had failed
 * @param killCosts bytes of the file that each killed client had written and the next one had to fetch again
 * @param fetchedTwiceMaxBytes most that a client fetched beyond what it lacked, where nothing had been changed or damaged
 * @param violations what must never be; empty is good
 */
record ChaosResult(
        ChaosPlan plan,
        Map<Fault, Integer> happened,
        Map<Integer, Integer> exitCodes,
        int attempts,
        List<Long> killCosts,
        long fetchedTwiceMaxBytes,
        List<String> violations) {
    boolean isGood() {
        return violations.isEmpty();
    }
}
