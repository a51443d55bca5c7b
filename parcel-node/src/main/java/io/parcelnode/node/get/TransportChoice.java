package io.parcelnode.node.get;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What a download may go over. */
public enum TransportChoice {
    /** Whichever works and, for long downloads, brings more. */
    AUTO,
    UDT,
    TCP;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As it is written on the command line. */
    static final class Flag implements ITypeConverter<TransportChoice> {
        @Override
        public TransportChoice convert(String text) {
            for (TransportChoice choice : values()) {
                if (choice.toString().equals(text)) {
                    return choice;
                }
            }
            throw new TypeConversionException("'" + text + "' is none of "
                    + Arrays.stream(values()).map(TransportChoice::toString).collect(Collectors.joining(", ")));
        }
    }
}
