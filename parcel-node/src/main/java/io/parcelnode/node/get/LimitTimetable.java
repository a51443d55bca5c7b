package io.parcelnode.node.get;

import io.parcelnode.node.cli.Units;
import io.parcelnode.udt.Congestion;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What {@code --limit} says: one rate for all day, or rates from certain times of the day on. The last of a day holds until
 * the first of the next.
 */
public final class LimitTimetable {
    /** Slower than this the handshake itself would time out. */
    private static final long MIN_BITS = 100_000;

    private static final int ENTRIES_MAX = 100;
    private static final String OFF = "off";
    private static final Pattern ENTRY = Pattern.compile("([^,]*),([^,]*)");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("H:mm").withResolverStyle(ResolverStyle.STRICT);

    /** No limit at any time. */
    public static final LimitTimetable NONE = new LimitTimetable(new TreeMap<>(Map.of(LocalTime.MIN, 0L)), OFF);

    private final NavigableMap<LocalTime, Long> bitsFrom;
    private final String text;

    private LimitTimetable(NavigableMap<LocalTime, Long> bitsFrom, String text) {
        this.bitsFrom = bitsFrom;
        this.text = text;
    }

    /**
     * @param text {@code 200Mbit}, {@code off}, or {@code 08:00,200Mbit 19:00,off} in any order
     * @throws TypeConversionException with a sentence for people
     */
    static LimitTimetable parse(String text) {
        NavigableMap<LocalTime, Long> bitsFrom = new TreeMap<>();
        String[] entries = text.strip().split("\\s+");
        if (!text.contains(",")) {
            bitsFrom.put(LocalTime.MIN, bits(text.strip()));
        } else if (entries.length > ENTRIES_MAX) {
            throw new TypeConversionException(
                    "--limit has " + entries.length + " times of the day, above " + ENTRIES_MAX);
        } else {
            for (String entry : entries) {
                add(bitsFrom, entry);
            }
        }
        return new LimitTimetable(bitsFrom, String.join(" ", entries));
    }

    /** What holds at that time of the day, in bits per second; 0 for no limit. */
    long bitsAt(LocalTime time) {
        Map.Entry<LocalTime, Long> entry = bitsFrom.floorEntry(time);
        return entry != null ? entry.getValue() : bitsFrom.lastEntry().getValue();
    }

    /** As {@link #parse} takes it. */
    @Override
    public String toString() {
        return text;
    }

    private static void add(NavigableMap<LocalTime, Long> bitsFrom, String entry) {
        Matcher matcher = ENTRY.matcher(entry);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + entry + "' in --limit is not a time of the day, a comma and a rate"
                    + " or off, such as 08:00,200Mbit or 19:00,off");
        }
        LocalTime time;
        try {
            time = LocalTime.parse(matcher.group(1), TIME);
        } catch (DateTimeParseException e) {
            throw new TypeConversionException(
                    "'" + matcher.group(1) + "' in --limit is not a time of the day from 00:00 to 23:59");
        }
        if (bitsFrom.putIfAbsent(time, bits(matcher.group(2))) != null) {
            throw new TypeConversionException("--limit names the time " + time + " twice");
        }
    }

    private static long bits(String text) {
        if (text.equalsIgnoreCase(OFF)) {
            return 0;
        }
        long bits;
        try {
            bits = new Units.Rate().convert(text);
        } catch (TypeConversionException e) {
            throw new TypeConversionException(e.getMessage() + ", nor off");
        }
        if (bits < MIN_BITS || bits > Congestion.RATE_MAX_BITS) {
            throw new TypeConversionException(
                    "--limit " + Units.rateFlag(bits) + " is outside 100Kbit..100Gbit; off is no limit");
        }
        return bits;
    }

    /** For the flag. */
    static final class Flag implements ITypeConverter<LimitTimetable> {
        @Override
        public LimitTimetable convert(String text) {
            return parse(text);
        }
    }
}
