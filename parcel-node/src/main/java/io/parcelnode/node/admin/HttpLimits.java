package io.parcelnode.node.admin;

/**
 * Bounds of the JDK's HTTP server, which knows them as system properties alone and reads them once. What the user has set
 * stays.
 */
final class HttpLimits {
    static final int CONNECTIONS_MAX = 256;

    private HttpLimits() {}

    static void apply() {
        // Whoever does not finish a request, or take an answer, in time gives the thread back to others.
        set("sun.net.httpserver.maxReqTime", 5);
        set("sun.net.httpserver.maxRspTime", 10);
        set("sun.net.httpserver.idleInterval", 10);
        set("sun.net.httpserver.maxReqHeaders", 100);
        set("sun.net.httpserver.maxReqHeaderSize", 16 << 10);
        set("jdk.httpserver.maxConnections", CONNECTIONS_MAX);
    }

    private static void set(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, String.valueOf(value));
        }
    }
}
