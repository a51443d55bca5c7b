package io.parcelnode.node.get;

import io.parcelnode.node.cli.Messages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Bars on a terminal: one for each large file under way, and one for all together when there are several. */
final class Bars {
    private static final int BARS_MAX = 8;
    private static final int NAME_MAX_CHARS = 24;

    private final Map<Download, ProgressBar> bars = new LinkedHashMap<>();
    private ProgressBar total;

    /** @param path what is known of the network path, for the end of the line */
    void show(Collection<Download> active, boolean several, long receivedBytes, long sizeBytes, String path) {
        List<Download> shown = new ArrayList<>();
        for (Download download : active) {
            boolean large = download.path() != null && download.sizeBytes() > Download.SMALL_BYTES;
            if (large && shown.size() < BARS_MAX) {
                shown.add(download);
            }
        }
        for (Iterator<Map.Entry<Download, ProgressBar>> ended = bars.entrySet().iterator(); ended.hasNext(); ) {
            Map.Entry<Download, ProgressBar> bar = ended.next();
            if (!shown.contains(bar.getKey())) {
                bar.getValue().close();
                ended.remove();
            }
        }
        for (Download download : shown) {
            ProgressBar bar =
                    bars.computeIfAbsent(download, key -> open(name(key), key.sizeBytes(), key.receivedBytes()));
            bar.maxHint(download.sizeBytes()).stepTo(download.receivedBytes());
            bar.setExtraMessage(several ? "" : path);
        }
        if (several || shown.isEmpty()) {
            if (total == null) {
                total = open("total", sizeBytes, receivedBytes);
            }
            total.maxHint(sizeBytes).stepTo(receivedBytes).setExtraMessage(path);
        }
    }

    /** Log lines need the screen to themselves. */
    void close() {
        bars.values().forEach(ProgressBar::close);
        bars.clear();
        if (total != null) {
            total.close();
            total = null;
        }
    }

    /** What is here already says nothing of the rate. */
    private static ProgressBar open(String name, long sizeBytes, long hereBytes) {
        return new ProgressBarBuilder()
                .setTaskName(name)
                .setStyle(ProgressBarStyle.ASCII)
                .setUnit(" MiB", 1 << 20)
                .setInitialMax(sizeBytes)
                .startsFrom(hereBytes, Duration.ZERO)
                .showSpeed()
                .build();
    }

    private static String name(Download download) {
        Path name = download.path().getFileName();
        String text = Messages.onOneLine(String.valueOf(name));
        return text.length() <= NAME_MAX_CHARS ? text : text.substring(0, NAME_MAX_CHARS - 1) + "~";
    }
}
