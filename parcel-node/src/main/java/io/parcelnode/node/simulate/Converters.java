package io.parcelnode.node.simulate;

import io.parcelnode.node.cli.Units;
import io.parcelnode.sim.Blackout;
import io.parcelnode.sim.cross.TcpVariant;
import io.parcelnode.sim.scenario.PathPlan;
import io.parcelnode.sim.scenario.RateStep;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Flags that consist of two parts with a colon between them. */
final class Converters {
    static final int CROSS_MAX = 100;

    private Converters() {}

    /** {@code 10s:500ms}: from 10 s on, for 500 ms. */
    static final class BlackoutAt implements ITypeConverter<Blackout> {
        @Override
        public Blackout convert(String text) {
            String[] parts = parts(text, "AT:FOR, such as 10s:500ms");
            Duration at = new Units.Time().convert(parts[0]);
            Duration length = new Units.Time().convert(parts[1]);
            if (length.isZero() || length.compareTo(Duration.ofDays(1)) > 0 || at.compareTo(Duration.ofDays(1)) > 0) {
                throw new TypeConversionException("'" + text + "' is outside 0s:1us..24h:24h");
            }
            return new Blackout(at, at.plus(length));
        }
    }

    /** {@code 20s:100Mbit}: from 20 s on, 100 Mbit/s. */
    static final class StepAt implements ITypeConverter<RateStep> {
        @Override
        public RateStep convert(String text) {
            String[] parts = parts(text, "AT:RATE, such as 20s:100Mbit");
            long rate = new Units.Rate().convert(parts[1]);
            if (rate < PathPlan.RATE_MIN || rate > PathPlan.RATE_MAX) {
                throw new TypeConversionException(
                        "the rate of '" + text + "' is outside " + SimulateOptions.RATE_RANGE);
            }
            return new RateStep(new Units.Time().convert(parts[0]), rate);
        }
    }

    /** {@code cubic:2}: two flows of CUBIC. */
    record Cross(TcpVariant kind, int count) {}

    static final class CrossKind implements ITypeConverter<Cross> {
        @Override
        public Cross convert(String text) {
            String kinds =
                    Arrays.stream(TcpVariant.values()).map(Conditions::name).collect(Collectors.joining(", "));
            String[] parts = parts(text, "KIND:N, such as cubic:2");
            for (TcpVariant kind : TcpVariant.values()) {
                if (Conditions.name(kind).equalsIgnoreCase(parts[0])) {
                    int count = parts[1].matches("\\d{1,4}") ? Integer.parseInt(parts[1]) : 0;
                    if (count < 1 || count > CROSS_MAX) {
                        throw new TypeConversionException("the number in '" + text + "' is outside 1.." + CROSS_MAX);
                    }
                    return new Cross(kind, count);
                }
            }
            throw new TypeConversionException("'" + parts[0] + "' is none of " + kinds);
        }
    }

    private static String[] parts(String text, String wanted) {
        String[] parts = text.strip().split(":", -1);
        if (parts.length != 2) {
            throw new TypeConversionException("'" + text + "' is not " + wanted);
        }
        return parts;
    }
}
