package io.parcelnode.node.ledger;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Units;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import picocli.CommandLine.TypeConversionException;

/** A time as people write it: a date, a local or an absolute time, or how long ago. */
final class PointInTime {
    private PointInTime() {}

    static Instant parse(String flag, String text, Clock clock) throws CommandException {
        try {
            return text.matches("\\d{4}-.*")
                    ? absolute(text, clock)
                    : clock.instant().minus(new Units.Time().convert(text));
        } catch (DateTimeException | TypeConversionException | ArithmeticException e) {
            throw new CommandException(
                    ExitCode.USAGE,
                    flag + " '" + text + "' is no time; write 2026-11-25, 2026-11-25T08:00, 2026-11-25T08:00:00Z, or"
                            + " 36h or 7d for so long ago",
                    e);
        }
    }

    private static Instant absolute(String text, Clock clock) {
        if (text.indexOf('T') < 0) {
            return LocalDate.parse(text).atStartOfDay(clock.getZone()).toInstant();
        }
        return text.matches(".*(Z|[+-]\\d\\d:\\d\\d)")
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text).atZone(clock.getZone()).toInstant();
    }
}
