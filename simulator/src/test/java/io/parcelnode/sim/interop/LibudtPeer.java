package io.parcelnode.sim.interop;

import com.barchart.udt.ErrorUDT;
import com.barchart.udt.ExceptionUDT;
import com.barchart.udt.SocketUDT;
import com.barchart.udt.TypeUDT;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * libudt behind lines of text, in a JVM of its own. Says {@code ready}, then serves each request line on a thread of its
 * own and answers with the request's number:
 *
 * <pre>
 *  N listen                          N port PORT
 *  N accept LISTENER send SEED SIZE  N done BYTES SHA256     once everything is acknowledged and the socket closed
 *  N accept LISTENER receive LIMIT   N done BYTES SHA256     at the peer's close, or at LIMIT bytes
 *  N connect PORT send … | receive …
 *  any of them                       N error TEXT
 * </pre>
 *
 * It ends when its standard input does and after a quarter of an hour in any case, so it never outlives a test run.
 */
final class LibudtPeer {
    static final String READY = "ready";
    static final String ERROR = "error";

    private static final long LIFETIME_MAX_MS = 900_000;
    private static final int BACKLOG = 128;

    /** Errors by which libudt reports that the peer has closed. */
    private static final Set<ErrorUDT> ENDS = Set.of(ErrorUDT.ECONNLOST, ErrorUDT.ENOCONN, ErrorUDT.EINVSOCK);

    private final Map<String, SocketUDT> listeners = new ConcurrentHashMap<>();

    public static void main(String[] args) throws Exception {
        startThread("lifetime", () -> {
            Thread.sleep(LIFETIME_MAX_MS);
            Runtime.getRuntime().halt(2);
        });
        try {
            new SocketUDT(TypeUDT.STREAM).close();
            print(READY);
        } catch (LinkageError | ExceptionUDT e) {
            print(ERROR + " " + e);
            Runtime.getRuntime().halt(1);
        }
        LibudtPeer peer = new LibudtPeer();
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            String[] request = line.split(" ");
            startThread("request-" + request[0], () -> peer.serve(request));
        }
        // Halting skips libudt's own clean-up, which waits for lingering sockets.
        Runtime.getRuntime().halt(0);
    }

    private void serve(String[] request) {
        try {
            print(request[0] + " " + answer(request));
        } catch (Throwable e) {
            print(request[0] + " " + ERROR + " " + e.toString().replaceAll("\\s+", " "));
        }
    }

    private String answer(String[] request) throws IOException {
        switch (request[1]) {
            case "listen" -> {
                SocketUDT listener = new SocketUDT(TypeUDT.STREAM);
                listener.bind(new InetSocketAddress("127.0.0.1", 0));
                listener.listen(BACKLOG);
                listeners.put(request[0], listener);
                return "port " + listener.getLocalSocketAddress().getPort();
            }
            case "accept" -> {
                return "done " + transfer(listeners.get(request[2]).accept(), request);
            }
            case "connect" -> {
                SocketUDT socket = new SocketUDT(TypeUDT.STREAM);
                socket.connect(new InetSocketAddress("127.0.0.1", Integer.parseInt(request[2])));
                return "done " + transfer(socket, request);
            }
            default -> throw new IllegalArgumentException("unknown request " + request[1]);
        }
    }

    private static Payload.Summary transfer(SocketUDT socket, String[] request) throws IOException {
        if (request[3].equals("send")) {
            Payload.Summary sent = Payload.send(Long.parseLong(request[4]), Long.parseLong(request[5]), socket::send);
            // Waits until the peer has acknowledged everything: linger is on by default.
            socket.close();
            return sent;
        }
        long limitBytes = Long.parseLong(request[4]);
        Payload.Summary received = Payload.receive(block -> receive(socket, block), limitBytes);
        if (received.bytes() < limitBytes) {
            socket.close();
        }
        // At the limit the socket stays open to acknowledge what the sender repeats, until this JVM ends.
        return received;
    }

    private static int receive(SocketUDT socket, ByteBuffer block) throws IOException {
        try {
            return socket.receive(block);
        } catch (ExceptionUDT e) {
            if (ENDS.contains(e.getError())) {
                return -1;
            }
            throw e;
        }
    }

    private static synchronized void print(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private interface Task {
        void run() throws InterruptedException;
    }

    private static void startThread(String name, Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }
}
