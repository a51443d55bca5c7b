package io.parcelnode.node.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes, rates, durations and shares as people write them on the command line, and back again. */
public final class Units {
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)\\s*([A-Za-z%]*)");
    private static final Map<String, Long> SIZES =
            ordered("", 1L, "K", 1L << 10, "M", 1L << 20, "G", 1L << 30, "T", 1L << 40);
    private static final Map<String, Long> RATES =
            ordered("bit", 1L, "Kbit", 1_000L, "Mbit", 1_000_000L, "Gbit", 1_000_000_000L);
    private static final Map<String, Long> DURATIONS = ordered(
            "us",
            1_000L,
            "ms",
            1_000_000L,
            "s",
            1_000_000_000L,
            "m",
            60_000_000_000L,
            "h",
            3_600_000_000_000L,
            "d",
            86_400_000_000_000L);

    private Units() {}

    /** Bytes: {@code 64M} is 64 MiB. */
    public static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return parse(text, SIZES, "a size such as 512K, 64M or 10G (K, M, G, T are binary)");
        }
    }

    /** Bits per second: {@code 200Mbit}. */
    public static final class Rate implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return parse(text, RATES, "a rate such as 500Kbit, 200Mbit or 1Gbit (decimal, per second)");
        }
    }

    /** A time span: {@code 40ms}. */
    public static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return Duration.ofNanos(parse(text, DURATIONS, "a duration such as 500us, 40ms, 15s, 10m, 2h or 30d"));
        }
    }

    /** A share of the whole, 0 to 1: {@code 0.1%} is 0.001. */
    public static final class Share implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
            double percent = matcher.matches() && matcher.group(2).equals("%")
                    ? Double.parseDouble(matcher.group(1))
                    : Double.NaN;
            if (!(percent <= 100)) {
                throw new TypeConversionException("'" + text + "' is not a share from 0% to 100%, such as 0.1%");
            }
            return percent / 100;
        }
    }

    /** {@code 1.5 GiB}. */
    public static String describeBytes(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1_024 && unit < units.length - 1) {
            value /= 1_024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }

    /** {@code 1.5 Gbit/s}. */
    public static String describeRate(double bitsPerSecond) {
        String[] units = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s"};
        double value = bitsPerSecond;
        int unit = 0;
        while (value >= 1_000 && unit < units.length - 1) {
            value /= 1_000;
            unit++;
        }
        return shortest(value) + ' ' + units[unit];
    }

    /** As {@link Rate} reads it: {@code 200Mbit}. */
    public static String rateFlag(long bitsPerSecond) {
        String shortest = bitsPerSecond + "bit";
        for (Map.Entry<String, Long> unit : RATES.entrySet()) {
            if (bitsPerSecond > 0 && bitsPerSecond % unit.getValue() == 0) {
                shortest = bitsPerSecond / unit.getValue() + unit.getKey();
            }
        }
        return shortest;
    }

    /** As {@link Time} reads it: {@code 40ms}. */
    public static String describeTime(Duration time) {
        long us = time.toNanos() / 1_000;
        if (us % 1_000_000 == 0) {
            return us / 1_000_000 + "s";
        }
        return us % 1_000 == 0 ? us / 1_000 + "ms" : us + "us";
    }

    /** As {@link Share} reads it: {@code 0.1%}. */
    public static String describeShare(double share) {
        return shortest(share * 100) + '%';
    }

    private static String shortest(double value) {
        return BigDecimal.valueOf(value)
                .setScale(6, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static long parse(String text, Map<String, Long> units, String wanted) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
        if (matcher.matches()) {
            Long factor = factor(units, matcher.group(2));
            if (factor != null) {
                BigDecimal value = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(factor));
                if (value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0) {
                    return value.longValue();
                }
            }
        }
        throw new TypeConversionException("'" + text + "' is not " + wanted);
    }

    private static Long factor(Map<String, Long> units, String unit) {
        for (Map.Entry<String, Long> entry : units.entrySet()) {
            if (entry.getKey().equalsIgnoreCase(unit)) {
                return entry.getValue();
            }
        }
        return null;
    }

    private static Map<String, Long> ordered(Object... pairs) {
        Map<String, Long> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], (Long) pairs[i + 1]);
        }
        return map;
    }
}
