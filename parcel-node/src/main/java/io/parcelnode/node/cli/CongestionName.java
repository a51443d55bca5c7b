package io.parcelnode.node.cli;

import io.parcelnode.udt.Congestion;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Congestion controls as people write them on the command line, and back again. */
public final class CongestionName implements ITypeConverter<Congestion> {
    private static final String FIXED = "fixed:";

    @Override
    public Congestion convert(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        return switch (name) {
            case "daimd" -> Congestion.DAIMD;
            case "bbr" -> Congestion.BBR;
            case "tcp" -> Congestion.TCP;
            default -> {
                if (!name.startsWith(FIXED)) {
                    throw new TypeConversionException(
                            "'" + text + "' is none of daimd, bbr, tcp, fixed:RATE, such as fixed:200Mbit");
                }
                yield fixed(text, new Units.Rate().convert(name.substring(FIXED.length())));
            }
        };
    }

    /** As {@link #convert} reads it: {@code fixed:200Mbit}. */
    public static String of(Congestion congestion) {
        String name = congestion.algorithm().name().toLowerCase(Locale.ROOT);
        return congestion.bitsPerSecond() == 0 ? name : name + ':' + Units.rateFlag(congestion.bitsPerSecond());
    }

    private static Congestion fixed(String text, long bitsPerSecond) {
        if (bitsPerSecond < Congestion.RATE_MIN_BITS || bitsPerSecond > Congestion.RATE_MAX_BITS) {
            throw new TypeConversionException("the rate of '" + text + "' is outside "
                    + Units.rateFlag(Congestion.RATE_MIN_BITS) + ".." + Units.rateFlag(Congestion.RATE_MAX_BITS));
        }
        return Congestion.fixed(bitsPerSecond);
    }
}
