package io.parcelnode.perf.wan;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One end of a transfer that needs a JVM of ours: {@code WanChildMain ROLE ADDRESS PORT ARGUMENTS}. What it has to say it
 * prints, a keyword and its values a line.
 */
final class WanChildMain {
    static final String UDT_RECEIVE = "udt-receive";
    static final String UDT_SEND = "udt-send";
    static final String BLAST_RECEIVE = "blast-receive";
    static final String BLAST_SEND = "blast-send";

    /** The receiving end may be connected to. */
    static final String LISTENING = "listening";

    /** {@code progress BYTES SECONDS}: about once a second, from the receiving end. */
    static final String PROGRESS = "progress ";

    /** {@code done SECONDS}: the sending end knows that all has arrived. */
    static final String DONE = "done ";

    private WanChildMain() {}

    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                // barchart's bundle logs through slf4j and would fill the output with debug lines.
                "-Dlogback.configurationFile=logback-perf-child.xml",
                "-cp",
                System.getProperty("java.class.path"),
                WanChildMain.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    public static void main(String[] args) {
        try {
            InetSocketAddress address = new InetSocketAddress(args[1], Integer.parseInt(args[2]));
            switch (args[0]) {
                case UDT_RECEIVE -> UdtEnd.receive(address, Long.parseLong(args[3]), Integer.parseInt(args[4]));
                case UDT_SEND -> UdtEnd.send(address, Long.parseLong(args[3]), Integer.parseInt(args[4]));
                case BLAST_RECEIVE -> Blaster.receive(address);
                case BLAST_SEND -> Blaster.send(address, Long.parseLong(args[3]), Double.parseDouble(args[4]));
                default -> throw new IOException("role " + args[0] + " is unknown");
            }
            // Halting skips the lingering close of a library, which is no part of the measurement.
            Runtime.getRuntime().halt(0);
        } catch (Throwable cause) {
            // Linkage errors count as well: a native library that does not load is a peer that is not available.
            System.err.println(cause.toString().replaceAll("\\s+", " "));
            Runtime.getRuntime().halt(1);
        }
    }

    static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
