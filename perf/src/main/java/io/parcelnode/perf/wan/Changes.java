package io.parcelnode.perf.wan;

import io.parcelnode.node.cli.Units;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What happens to a path meanwhile: flags of two parts with a colon between them. */
final class Changes {
    private static final Duration TIME_MAX = Duration.ofHours(1);

    private Changes() {}

    /** {@code 10s:500ms}: from 10 s on, for 500 ms. */
    static final class BlackoutConverter implements ITypeConverter<WanCell.Blackout> {
        @Override
        public WanCell.Blackout convert(String text) {
            String[] parts = parts(text, "AT:FOR, such as 10s:500ms");
            Duration at = time(text, parts[0]);
            Duration length = time(text, parts[1]);
            if (length.isZero()) {
                throw new TypeConversionException("'" + text + "' lasts no time; it has to last 1us to 1h");
            }
            return new WanCell.Blackout(at, length);
        }
    }

    /** {@code 20s:100Mbit}: from 20 s on, 100 Mbit/s. */
    static final class StepConverter implements ITypeConverter<WanCell.RateStep> {
        @Override
        public WanCell.RateStep convert(String text) {
            String[] parts = parts(text, "AT:RATE, such as 20s:100Mbit");
            long rateBits = new Units.Rate().convert(parts[1]);
            if (rateBits < WanOptions.RATE_MIN || rateBits > WanOptions.RATE_MAX) {
                throw new TypeConversionException("the rate of '" + text + "' is outside " + WanOptions.RATE_RANGE);
            }
            return new WanCell.RateStep(time(text, parts[0]), rateBits);
        }
    }

    private static Duration time(String text, String part) {
        Duration time = new Units.Time().convert(part);
        if (time.compareTo(TIME_MAX) > 0) {
            throw new TypeConversionException("'" + part + "' of '" + text + "' is outside 0s..1h");
        }
        return time;
    }

    private static String[] parts(String text, String wanted) {
        String[] parts = text.strip().split(":", -1);
        if (parts.length != 2) {
            throw new TypeConversionException("'" + text + "' is not " + wanted);
        }
        return parts;
    }
}
