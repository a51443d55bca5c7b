package io.parcelnode.perf;

/**
 * The lines a child prints on its standard output, a keyword and its values each. Lines with other keywords are a
 * library's chatter and ignored. A child runs until its standard input ends, so none outlives the process that measures.
 *
 * <pre>
 *  port N             the receiving end listens on this UDP or TCP port of 127.0.0.1
 *  progress BYTES     about once a second: bytes moved since the start
 *  result BYTES ELAPSED_NS CPU_NS    the measured window is over
 *  error TEXT         the peer cannot go on
 * </pre>
 */
final class ChildProtocol {
    static final String PORT = "port";
    static final String PROGRESS = "progress";
    static final String RESULT = "result";
    static final String ERROR = "error";

    /** Roles of a child, its second argument. */
    static final String RECEIVE = "receive";

    static final String SEND = "send";

    private ChildProtocol() {}

    static String port(int port) {
        return PORT + " " + port;
    }

    static String progress(long bytes) {
        return PROGRESS + " " + bytes;
    }

    static String result(Measurement measurement) {
        return RESULT + " " + measurement.bytes() + " " + measurement.elapsedNs() + " " + measurement.cpuNs();
    }

    static String error(Throwable cause) {
        String text =
                cause.getMessage() == null || cause instanceof LinkageError ? cause.toString() : cause.getMessage();
        return ERROR + " " + text.replaceAll("\\s+", " ").strip();
    }

    static Measurement parseResult(String line) {
        String[] parts = line.split(" ");
        return new Measurement(Long.parseLong(parts[1]), Long.parseLong(parts[2]), Long.parseLong(parts[3]));
    }
}
