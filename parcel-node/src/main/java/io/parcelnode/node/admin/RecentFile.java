package io.parcelnode.node.admin;

/**
 * What became of a client's wish for a file.
 *
 * @param file the id, fit to print
 * @param client its address
 * @param sizeBytes of the file, -1 when unknown
 * @param servedBytes handed to the session
 * @param result {@link #COMPLETE}, {@link #STOPPED}, {@link #FAILED} or {@link #REFUSED}
 * @param reason in words, null when there is nothing to say
 * @param rttMicros of the session at the end, 0 when unknown
 * @param sentAgain share of its session's packets that were, null when none were sent
 */
record RecentFile(
        long startMs,
        long endMs,
        String file,
        String client,
        long sizeBytes,
        long servedBytes,
        String result,
        String reason,
        long rttMicros,
        Double sentAgain) {
    static final String COMPLETE = "complete";
    static final String STOPPED = "stopped";
    static final String FAILED = "failed";
    static final String REFUSED = "refused";
}
