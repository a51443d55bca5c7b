package io.parcelnode.perf.wan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** CPU time of a process, of what it has started, and of those of them that have ended, out of {@code /proc}. */
final class CpuTime {
    /** Linux counts in these for every program, whatever the kernel's own tick is. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int FIELD_STATE = 3;
    private static final int FIELD_USER = 14;
    private static final int FIELDS = 4;

    private CpuTime() {}

    static double secondsOf(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants())
                .mapToDouble(one -> secondsOf(one.pid()))
                .sum();
    }

    private static double secondsOf(long pid) {
        try {
            return parseSeconds(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
        } catch (IOException e) {
            return 0; // It has ended meanwhile; its parent counts it from now on.
        }
    }

    /** User and system time, its own and that of its children that were waited for. The name may contain anything. */
    static double parseSeconds(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = 0;
        for (int field = FIELD_USER; field < FIELD_USER + FIELDS; field++) {
            ticks += Long.parseLong(fields[field - FIELD_STATE]);
        }
        return ticks / TICKS_PER_SECOND;
    }
}
