package io.parcelnode.node.limits;

import io.parcelnode.node.cli.Units;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What all clients of a network get together.
 *
 * @param bits per second
 */
public record NetworkCap(Cidr network, long bits) {
    /** {@code 10.0.0.0/8=200Mbit}. */
    static final class Flag implements ITypeConverter<NetworkCap> {
        @Override
        public NetworkCap convert(String text) {
            int equals = text.indexOf('=');
            if (equals < 0) {
                throw new TypeConversionException("'" + text + "' is not NETWORK=RATE, such as 10.0.0.0/8=200Mbit");
            }
            return new NetworkCap(
                    new Cidr.Flag().convert(text.substring(0, equals)),
                    new Units.Rate().convert(text.substring(equals + 1)));
        }
    }
}
