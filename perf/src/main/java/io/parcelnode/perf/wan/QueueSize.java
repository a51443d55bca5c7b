package io.parcelnode.perf.wan;

import io.parcelnode.node.cli.Units;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A queue in bytes, or in multiples of what the path holds (rate times round trip): {@code 1.5bdp}. */
record QueueSize(long bytes, double bdp) {
    private static final String UNIT = "bdp";
    private static final long BYTES_MIN = 1_500;
    private static final long BYTES_MAX = 2L << 30;
    private static final double BDP_MAX = 100;

    /** Ten packets; a short path's bandwidth-delay product may be less, and fewer are no queue. */
    private static final long OF_BDP_MIN_BYTES = 10 * BYTES_MIN;

    long bytes(long rateBits, Duration rtt) {
        return bdp == 0 ? bytes : (long) Math.max(OF_BDP_MIN_BYTES, bdp * rateBits / 8 * WanCell.seconds(rtt));
    }

    static final class Converter implements ITypeConverter<QueueSize> {
        @Override
        public QueueSize convert(String text) {
            String lower = text.strip().toLowerCase(Locale.ROOT);
            if (!lower.endsWith(UNIT)) {
                return inBytes(text);
            }
            String number = lower.substring(0, lower.length() - UNIT.length());
            double factor = number.matches("\\d{1,9}(\\.\\d{1,9})?") ? Double.parseDouble(number) : Double.NaN;
            if (!(factor > 0 && factor <= BDP_MAX)) {
                throw new TypeConversionException(
                        "'" + text + "' is not a multiple such as 1bdp or 0.5bdp, above 0 and up to 100bdp");
            }
            return new QueueSize(0, factor);
        }

        private static QueueSize inBytes(String text) {
            long bytes;
            try {
                bytes = new Units.Size().convert(text);
            } catch (TypeConversionException e) {
                throw new TypeConversionException("'" + text + "' is neither a size such as 512K or 64M nor"
                        + " a multiple of rate times round trip such as 1bdp or 0.5bdp");
            }
            if (bytes < BYTES_MIN || bytes > BYTES_MAX) {
                throw new TypeConversionException("'" + text + "' is outside 1500..2G");
            }
            return new QueueSize(bytes, 0);
        }
    }
}
