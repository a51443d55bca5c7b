package io.parcelnode.perf;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Counts the bytes of one end, opens and closes the measured window and prints what the parent waits for. Owned by the
 * thread that moves the bytes.
 */
final class Meter {
    private static final long PROGRESS_INTERVAL_NS = 1_000_000_000L;
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final MeasuredWindow window;
    private final Consumer<String> lines;

    private State state = State.IDLE;
    private long bytesTotal;
    private long startNs;
    private long nextProgressNs;
    private long windowStartNs;
    private long windowStartBytes;
    private long windowStartCpuNs;

    private enum State {
        IDLE,
        WARM_UP,
        MEASURING,
        DONE
    }

    Meter(MeasuredWindow window, Consumer<String> lines) {
        this.window = window;
        this.lines = lines;
    }

    void count(long bytes) {
        count(System.nanoTime(), SYSTEM::getProcessCpuTime, bytes);
    }

    void count(long nowNs, LongSupplier cpuNs, long bytes) {
        bytesTotal += bytes;
        if (state == State.IDLE) {
            state = State.WARM_UP;
            startNs = nowNs;
            nextProgressNs = nowNs;
        }
        if (nowNs - nextProgressNs >= 0) {
            nextProgressNs = nowNs + PROGRESS_INTERVAL_NS;
            lines.accept(ChildProtocol.progress(bytesTotal));
        }
        if (state == State.WARM_UP && nowNs - startNs >= window.warmUp().toNanos()) {
            state = State.MEASURING;
            windowStartNs = nowNs;
            windowStartBytes = bytesTotal;
            windowStartCpuNs = cpuNs.getAsLong();
        } else if (state == State.MEASURING && window.isOver(nowNs - windowStartNs, bytesTotal - windowStartBytes)) {
            state = State.DONE;
            lines.accept(ChildProtocol.result(new Measurement(
                    bytesTotal - windowStartBytes, nowNs - windowStartNs, cpuNs.getAsLong() - windowStartCpuNs)));
        }
    }
}
