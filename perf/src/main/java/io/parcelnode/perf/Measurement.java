package io.parcelnode.perf;

/** What one end saw in its measured window. CPU time is that of its whole process. */
record Measurement(long bytes, long elapsedNs, long cpuNs) {

    double megabitsPerSecond() {
        return bytes * 8e3 / elapsedNs;
    }

    /** Average number of cores the process kept busy. */
    double coresUsed() {
        return (double) cpuNs / elapsedNs;
    }
}
