package io.parcelnode.node.simulate;

import io.parcelnode.node.cli.Units;
import io.parcelnode.sim.scenario.PathPlan;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A queue in bytes, or in multiples of what the path holds (rate times round trip): {@code 1.5bdp}. */
record QueueSize(long bytes, double bdp) {
    private static final String UNIT = "bdp";
    /** Fewer packets than this are no queue; a short path's bandwidth-delay product may be less. */
    private static final long OF_BDP_MIN_BYTES = 10 * PathPlan.QUEUE_MIN_BYTES;

    private static final double BDP_MAX = 100;

    long bytes(long rateBits, Duration rtt) {
        if (bdp == 0) {
            return bytes;
        }
        return (long) Math.max(OF_BDP_MIN_BYTES, bdp * rateBits / 8 * (rtt.toNanos() / 1e9));
    }

    static final class Converter implements ITypeConverter<QueueSize> {
        @Override
        public QueueSize convert(String text) {
            String lower = text.strip().toLowerCase(Locale.ROOT);
            if (!lower.endsWith(UNIT)) {
                try {
                    return new QueueSize(new Units.Size().convert(text), 0);
                } catch (TypeConversionException e) {
                    throw new TypeConversionException("'" + text + "' is neither a size such as 512K or 64M nor"
                            + " a multiple of rate times round trip such as 1bdp or 0.5bdp");
                }
            }
            String number = lower.substring(0, lower.length() - UNIT.length());
            double factor = number.matches("\\d{1,9}(\\.\\d{1,9})?") ? Double.parseDouble(number) : Double.NaN;
            if (!(factor > 0 && factor <= BDP_MAX)) {
                throw new TypeConversionException(
                        "'" + text + "' is not a multiple such as 1bdp or 0.5bdp, above 0 and up to 100bdp");
            }
            return new QueueSize(0, factor);
        }
    }
}
