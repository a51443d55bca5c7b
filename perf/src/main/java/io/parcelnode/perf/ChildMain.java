package io.parcelnode.perf;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** One end of one transfer: {@code ChildMain PEER receive WINDOW} or {@code ChildMain PEER send WINDOW PORT}. */
final class ChildMain {
    private ChildMain() {}

    public static void main(String[] args) {
        haltWhenInputEnds();
        try {
            LoopbackPeer peer = LoopbackPeer.named(args[0]);
            Meter meter = new Meter(MeasuredWindow.parse(args[2]), ChildMain::print);
            if (args[1].equals(ChildProtocol.SEND)) {
                peer.send(loopback(Integer.parseInt(args[3])), meter);
            } else {
                peer.receive(loopback(0), port -> print(ChildProtocol.port(port)), meter);
            }
            throw new IOException("the connection ended before the measurement");
        } catch (Throwable cause) {
            // Linkage errors count as well: a native library that does not load is a peer that is not available.
            print(ChildProtocol.error(cause));
            cause.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private static InetSocketAddress loopback(int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    }

    private static synchronized void print(String line) {
        System.out.println(line);
        System.out.flush();
    }

    /** Halting skips the lingering close of each peer, which is no part of the measurement. */
    private static void haltWhenInputEnds() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // Nothing is ever said to a child; only the end of the stream has a meaning.
                            continue;
                        }
                    } catch (IOException e) {
                        // A broken pipe is an end as well.
                    }
                    Runtime.getRuntime().halt(0);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }
}
