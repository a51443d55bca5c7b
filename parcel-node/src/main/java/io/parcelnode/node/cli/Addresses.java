package io.parcelnode.node.cli;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Locale;

/** Hosts with ports as people write them: an IPv6 address stands in brackets, or its end and the port run together. */
public final class Addresses {
    private Addresses() {}

    /** {@code 127.0.0.1:9000} or {@code [::1]:9000}. */
    public static String text(InetSocketAddress address) {
        return text(text(address.getAddress()), address.getPort());
    }

    public static String text(String host, int port) {
        return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + port;
    }

    /** Without brackets, and an IPv6 address in its short form: {@code ::1}. */
    public static String text(InetAddress address) {
        return address instanceof Inet6Address six ? shortened(six) : address.getHostAddress();
    }

    /** What the user gave as host, without the brackets that an IPv6 address may stand in. */
    public static String withoutBrackets(String host) {
        return host.length() > 2 && host.startsWith("[") && host.endsWith("]") && host.indexOf(':') >= 0
                ? host.substring(1, host.length() - 1)
                : host;
    }

    /** One spelling for each host and port, so that a server is found again however it was written. */
    public static String key(String host, int port) {
        String plain = withoutBrackets(host).toLowerCase(Locale.ROOT);
        if (plain.indexOf(':') >= 0) {
            try {
                plain = text(InetAddress.getByName(plain)); // With a colon it is an address, and nobody is asked.
            } catch (UnknownHostException e) {
                return text(plain, port); // Connecting will say so.
            }
        }
        return text(plain, port);
    }

    /** RFC 5952: the longest run of zeros, at least two, becomes two colons. */
    private static String shortened(Inet6Address address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        String[] groups = (zone < 0 ? text : text.substring(0, zone)).split(":");
        int bestStart = -1;
        int bestLength = 1;
        int length = 0;
        for (int i = 0; i < groups.length; i++) {
            length = groups[i].equals("0") ? length + 1 : 0;
            if (length > bestLength) {
                bestLength = length;
                bestStart = i - length + 1;
            }
        }
        StringBuilder shortened = new StringBuilder();
        for (int i = 0; i < groups.length; i++) {
            if (i == bestStart) {
                shortened.append("::");
                i += bestLength - 1;
            } else {
                boolean afterGroup = !shortened.isEmpty() && shortened.charAt(shortened.length() - 1) != ':';
                shortened.append(afterGroup ? ":" : "").append(groups[i]);
            }
        }
        return zone < 0 ? shortened.toString() : shortened + text.substring(zone);
    }

    /** Whether one can listen on it here. */
    public static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
