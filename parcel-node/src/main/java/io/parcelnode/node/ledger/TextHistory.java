package io.parcelnode.node.ledger;

import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Units;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A table for people, a line for each transfer; the file's id comes last, because it has any length. */
final class TextHistory implements HistoryOutput {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final String LINE = "%-19s  %-9s  %10s  %8s  %14s  %8s  %7s  %-15s  %-22s  %s%n";
    private static final int WHO_CHARS = 22;
    private static final int HASH_CHARS = 12;

    private final PrintStream out;
    private final ZoneId zone;
    private long rows;
    private boolean closed;

    TextHistory(PrintStream out, Clock clock) {
        this.out = out;
        this.zone = clock.getZone();
    }

    @Override
    public void accept(TransferRow row) {
        if (rows++ == 0) {
            out.printf(LINE, "START", "RESULT", "BYTES", "SECONDS", "RATE", "RTT", "LOSS", "CLIENT", "WHO", "FILE");
        }
        out.printf(
                Locale.ROOT,
                LINE,
                TIME.format(row.start().atZone(zone)),
                row.result(),
                Units.describeBytes(row.bytes()),
                row.end() == null
                        ? "-"
                        : String.format(
                                Locale.ROOT,
                                "%.1f",
                                Duration.between(row.start(), row.end()).toMillis() / 1e3),
                row.bitsPerSecond() == null || row.bytes() == 0 ? "-" : rate(row.bitsPerSecond()),
                row.rttMicros() == null ? "-" : String.format(Locale.ROOT, "%.1f ms", row.rttMicros() / 1e3),
                row.loss() == null ? "-" : String.format(Locale.ROOT, "%.3f%%", row.loss() * 100),
                row.client(),
                who(row),
                FileIds.printable(row.file()));
    }

    @Override
    public void close() {
        if (rows == 0 && !closed) {
            out.println("Nothing that matches is in the ledger.");
        }
        closed = true;
        out.flush();
    }

    private static String rate(double bitsPerSecond) {
        return bitsPerSecond >= 1e6
                ? String.format(Locale.ROOT, "%.1f Mbit/s", bitsPerSecond / 1e6)
                : String.format(Locale.ROOT, "%.1f kbit/s", bitsPerSecond / 1e3);
    }

    /** A hash in part is enough to tell a few clients apart; JSON has all of it. */
    private static String who(TransferRow row) {
        if (row.who() == null) {
            return "-";
        }
        String who = row.who();
        if (row.whoKind().equals(Identity.TOKEN)) {
            int hash = who.lastIndexOf(':') + 1;
            return "token:" + who.substring(hash, Math.min(who.length(), hash + HASH_CHARS));
        }
        String shown = row.whoKind().equals(Identity.UNVERIFIED) ? who + " (?)" : who;
        return shown.length() <= WHO_CHARS ? shown : shown.substring(0, WHO_CHARS - 1) + '…';
    }
}
