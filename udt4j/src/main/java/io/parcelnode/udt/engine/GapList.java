package io.parcelnode.udt.engine;

import java.util.Arrays;

/**
 * The receiver's loss list: ranges of missing packets in order, each with the time to report it next.
 *
 * <p>libudt reports a gap once and never again, so a lost retransmission stalls it. Here each gap is reported when it
 * is old enough not to be mere reordering, and again with growing pauses until it is filled. Owned by one connection;
 * not thread-safe. The number of ranges is bounded by half the window.
 */
final class GapList {
    static final long NEVER = Long.MAX_VALUE;

    private long[] firsts = new long[16];
    private long[] lasts = new long[16];
    private long[] reportNs = new long[16];
    private int[] reports = new int[16];
    private int count;
    private long earliestReportNs = NEVER;

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    long first(int index) {
        return firsts[index];
    }

    long last(int index) {
        return lasts[index];
    }

    long reportNs(int index) {
        return reportNs[index];
    }

    /** How often the range was reported. */
    int reports(int index) {
        return reports[index];
    }

    /** No range is due before this time. May be earlier than the truth after a gap was filled, never later. */
    long earliestReportNs() {
        return earliestReportNs;
    }

    /** Adds a range behind all others. */
    void append(long first, long last, long firstReportNs) {
        assert count == 0 || lasts[count - 1] < first : "first=" + first;
        insert(count, first, last, firstReportNs, 0);
        earliestReportNs = Math.min(earliestReportNs, firstReportNs);
    }

    /** Index of the first range that ends at or after {@code packet}; {@link #count} if there is none. */
    int indexAtOrAfter(long packet) {
        int index = Arrays.binarySearch(firsts, 0, count, packet);
        if (index >= 0) {
            return index;
        }
        int before = -index - 2;
        return before >= 0 && lasts[before] >= packet ? before : before + 1;
    }

    /** A packet has arrived; false if it was not missing. */
    boolean remove(long packet) {
        int index = Arrays.binarySearch(firsts, 0, count, packet);
        if (index < 0) {
            index = -index - 2;
        }
        if (index < 0 || packet > lasts[index]) {
            return false;
        }
        long last = lasts[index];
        if (firsts[index] == packet) {
            if (last == packet) {
                delete(index);
            } else {
                firsts[index] = packet + 1;
            }
        } else {
            lasts[index] = packet - 1;
            if (packet < last) {
                insert(index + 1, packet + 1, last, reportNs[index], reports[index]);
            }
        }
        return true;
    }

    /** The range was reported just now; say when to do so again. */
    void reported(int index, long nextReportNs) {
        reports[index]++;
        reportNs[index] = nextReportNs;
    }

    /** Brings forward the first report of every range that ends before {@code packet}. */
    void hastenFirstReportsBefore(long packet, long nowNs) {
        for (int i = count - 1; i >= 0 && reports[i] == 0; i--) {
            if (lasts[i] < packet && reportNs[i] > nowNs) {
                reportNs[i] = nowNs;
                earliestReportNs = Math.min(earliestReportNs, nowNs);
            }
        }
    }

    void refreshEarliest() {
        earliestReportNs = NEVER;
        for (int i = 0; i < count; i++) {
            earliestReportNs = Math.min(earliestReportNs, reportNs[i]);
        }
    }

    private void insert(int index, long first, long last, long nextReportNs, int reported) {
        if (count == firsts.length) {
            int capacity = count * 2;
            firsts = Arrays.copyOf(firsts, capacity);
            lasts = Arrays.copyOf(lasts, capacity);
            reportNs = Arrays.copyOf(reportNs, capacity);
            reports = Arrays.copyOf(reports, capacity);
        }
        move(index, index + 1, count - index);
        firsts[index] = first;
        lasts[index] = last;
        reportNs[index] = nextReportNs;
        reports[index] = reported;
        count++;
    }

    private void delete(int index) {
        count--;
        move(index + 1, index, count - index);
        if (count == 0) {
            earliestReportNs = NEVER;
        }
    }

    private void move(int from, int to, int length) {
        System.arraycopy(firsts, from, firsts, to, length);
        System.arraycopy(lasts, from, lasts, to, length);
        System.arraycopy(reportNs, from, reportNs, to, length);
        System.arraycopy(reports, from, reports, to, length);
    }
}
