package io.parcelnode.node.get;

import java.util.concurrent.atomic.LongAdder;

/**
 * What the files of a run have spent their time on, as this end sees it: waiting for bytes, waiting for the local disk,
 * and the rest, in which their bytes were digested and moved. Of a file that comes over several streams each counts its
 * part. Thread-safe.
 */
final class FileTimes {
    private final LongAdder networkNs = new LongAdder();
    private final LongAdder diskNs = new LongAdder();
    private final LongAdder workNs = new LongAdder();

    /**
     * @param allNs from its beginning to its end
     * @param waitedNs of that, waiting for the server
     * @param diskNs of that, waiting for the disk
     * @param streams of the file, of which this is one
     */
    void add(long allNs, long waitedNs, long diskNs, int streams) {
        networkNs.add(waitedNs / streams);
        this.diskNs.add(diskNs / streams);
        workNs.add(Math.max(0, allNs - waitedNs - diskNs) / streams);
    }

    long networkNs() {
        return networkNs.sum();
    }

    long diskNs() {
        return diskNs.sum();
    }

    long workNs() {
        return workNs.sum();
    }
}
