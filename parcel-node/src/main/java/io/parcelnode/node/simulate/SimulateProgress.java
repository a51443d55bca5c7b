package io.parcelnode.node.simulate;

import io.parcelnode.node.cli.Terminal;
import io.parcelnode.sim.scenario.ScenarioProgress;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar of virtual time on stderr, for people at a terminal who have waited for a while. */
final class SimulateProgress implements ScenarioProgress, AutoCloseable {
    private static final long QUIET_NS = 1_000_000_000;

    private final boolean terminal = Terminal.console() != null;
    private final long startNs = System.nanoTime();
    private ProgressBar bar;

    @Override
    public void onSample(Duration done, Duration duration, long virtualPackets) {
        if (!terminal || System.nanoTime() - startNs < QUIET_NS) {
            return;
        }
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName("virtual ms")
                    .setStyle(ProgressBarStyle.ASCII)
                    .setInitialMax(duration.toMillis())
                    .build();
        }
        bar.stepTo(done.toMillis());
        bar.setExtraMessage(String.format(Locale.ROOT, "%.1f M packets", virtualPackets / 1e6));
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
