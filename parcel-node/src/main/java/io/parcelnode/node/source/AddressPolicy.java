package io.parcelnode.node.source;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Tells addresses of the internet from those of a machine, a site or a provider's inside. */
final class AddressPolicy {
    private AddressPolicy() {}

    /** Whether {@code address} means something else, or something more, here than it means elsewhere. */
    static boolean isInternal(InetAddress address) {
        if (address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return true;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isInternalV4(bytes, 0) : isInternalV6(bytes);
    }

    /** Beside what {@link InetAddress} knows; RFC 6890 has the list. */
    private static boolean isInternalV4(byte[] bytes, int at) {
        int first = bytes[at] & 0xFF;
        int second = bytes[at + 1] & 0xFF;
        int third = bytes[at + 2] & 0xFF;
        return first == 0
                || first == 10
                || first == 127
                || first >= 224
                || first == 100 && second >= 64 && second < 128
                || first == 169 && second == 254
                || first == 172 && second >= 16 && second < 32
                || first == 192 && second == 168
                || first == 192 && second == 0 && third == 0
                || first == 198 && (second == 18 || second == 19);
    }

    private static boolean isInternalV6(byte[] bytes) {
        int first = bytes[0] & 0xFF;
        if ((first & 0xFE) == 0xFC) {
            return true; // fc00::/7, unique local
        }
        if (startsWith(bytes, 0x20, 0x02)) {
            return isInternalV4(bytes, 2); // 6to4 carries an IPv4 address
        }
        boolean translated = startsWith(bytes, 0x00, 0x64, 0xFF, 0x9B);
        boolean compatible = startsWith(bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                || startsWith(bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF);
        return (translated || compatible) && isInternalV4(bytes, 12);
    }

    private static boolean startsWith(byte[] bytes, int... beginning) {
        for (int i = 0; i < beginning.length; i++) {
            if ((bytes[i] & 0xFF) != beginning[i]) {
                return false;
            }
        }
        return true;
    }
}
