package io.parcelnode.node.limits;

import io.parcelnode.node.cli.Addresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A network: its first address, and how many bits of it all of its addresses share. */
public final class Cidr {
    private static final Pattern WRITTEN =
            Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?:/(\\d{1,3}))?");

    private final InetAddress first;
    private final int prefixBits;

    private Cidr(InetAddress first, int prefixBits) {
        this.first = first;
        this.prefixBits = prefixBits;
    }

    /** @throws IllegalArgumentException with what is wrong with {@code text} */
    static Cidr parse(String text) {
        Matcher matcher = WRITTEN.matcher(text.strip());
        InetAddress address = matcher.matches() ? address(matcher.group(1)) : null;
        if (address == null) {
            throw new IllegalArgumentException(
                    "'" + text.strip() + "' is not a network such as 10.0.0.0/8, 2001:db8::/32 or 192.0.2.7");
        }
        int most = address.getAddress().length * Byte.SIZE;
        int prefixBits = matcher.group(2) == null ? most : Integer.parseInt(matcher.group(2));
        if (prefixBits > most) {
            throw new IllegalArgumentException(
                    "'" + text.strip() + "' has a prefix of " + prefixBits + " bits, of " + most + " that there are");
        }
        Cidr network = new Cidr(masked(address, prefixBits), prefixBits);
        if (!network.first.equals(address)) {
            throw new IllegalArgumentException("'" + text.strip()
                    + "' has bits behind its prefix; the network is written " + network + ", a single address without"
                    + " prefix");
        }
        return network;
    }

    /** Nobody is asked: what comes here is no name. Null for what is no address. */
    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    boolean contains(InetAddress address) {
        return address.getAddress().length == first.getAddress().length
                && masked(address, prefixBits).equals(first);
    }

    byte[] firstBytes() {
        return first.getAddress();
    }

    byte[] lastBytes() {
        byte[] bytes = first.getAddress();
        for (int bit = prefixBits; bit < bytes.length * Byte.SIZE; bit++) {
            bytes[bit / Byte.SIZE] |= (byte) (0x80 >> bit % Byte.SIZE);
        }
        return bytes;
    }

    private static InetAddress masked(InetAddress address, int prefixBits) {
        byte[] bytes = address.getAddress();
        int whole = prefixBits / Byte.SIZE;
        if (whole < bytes.length) {
            bytes[whole] &= (byte) (0xFF00 >> prefixBits % Byte.SIZE);
            Arrays.fill(bytes, whole + 1, bytes.length, (byte) 0);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cidr cidr && cidr.first.equals(first) && cidr.prefixBits == prefixBits;
    }

    @Override
    public int hashCode() {
        return 31 * first.hashCode() + prefixBits;
    }

    @Override
    public String toString() {
        return Addresses.text(first) + '/' + prefixBits;
    }

    /** As a flag. */
    public static final class Flag implements ITypeConverter<Cidr> {
        @Override
        public Cidr convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
