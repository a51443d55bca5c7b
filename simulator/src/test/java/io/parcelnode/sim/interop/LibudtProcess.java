package io.parcelnode.sim.interop;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/** The forked {@link LibudtPeer}, seen from a test. Requests may be made from any thread. */
final class LibudtProcess implements Closeable {
    private static final long ANSWER_SECONDS = 150;

    private final Path errors;
    private final Process process;
    private final PrintStream requests;
    private final CompletableFuture<String> ready = new CompletableFuture<>();
    private final Map<String, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
    private final AtomicInteger lastNumber = new AtomicInteger();

    /** Starts libudt in {@code folder}, where its library is unpacked; skips the test where it does not load. */
    static LibudtProcess startOrSkip(Path folder) throws Exception {
        String system = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
        Assumptions.assumeTrue(
                system.equals("Linux on amd64"), "libudt's native library is used on Linux x86-64; this is " + system);
        LibudtProcess started = new LibudtProcess(folder);
        String word;
        try {
            word = started.ready.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            started.close();
            throw new AssertionError(
                    "the JVM for libudt did not start; it says: " + Files.readString(started.errors), e);
        }
        if (!word.equals(LibudtPeer.READY)) {
            started.close();
            Assumptions.abort("libudt's native library does not load here: " + word);
        }
        return started;
    }

    private LibudtProcess(Path folder) throws IOException {
        errors = folder.resolve("libudt.stderr");
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dslf4j.internal.verbosity=ERROR",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LibudtPeer.class.getName()))
                .directory(folder.toFile())
                .redirectError(errors.toFile())
                .start();
        requests = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Thread reader = new Thread(this::readAnswers, "libudt-answers");
        reader.setDaemon(true);
        reader.start();
    }

    private void readAnswers() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split(" ", 2);
                CompletableFuture<String> answer = answers.remove(parts[0]);
                if (answer != null) {
                    answer.complete(parts[1]);
                } else if (parts[0].equals(LibudtPeer.READY) || parts[0].equals(LibudtPeer.ERROR)) {
                    ready.complete(line);
                }
            }
        } catch (IOException e) {
            // The stream ends with the process; what is still awaited fails below.
        }
        ready.completeExceptionally(new IOException("the process ended"));
        answers.values().forEach(answer -> answer.complete(LibudtPeer.ERROR + " the process ended"));
    }

    /** A listener of libudt on a port of its own. */
    Listener listen() throws Exception {
        Request request = request("listen");
        return new Listener(request.number, Integer.parseInt(request.await("port")));
    }

    Request connectAndSend(int port, long seed, long sizeBytes) {
        return request("connect " + port + " send " + seed + " " + sizeBytes);
    }

    Request connectAndReceive(int port, long limitBytes) {
        return request("connect " + port + " receive " + limitBytes);
    }

    private Request request(String text) {
        String number = Integer.toString(lastNumber.incrementAndGet());
        CompletableFuture<String> answer = new CompletableFuture<>();
        answers.put(number, answer);
        requests.println(number + " " + text);
        return new Request(number, text, answer);
    }

    @Override
    public void close() {
        requests.close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    final class Listener {
        private final String number;
        private final int port;

        private Listener(String number, int port) {
            this.number = number;
            this.port = port;
        }

        int port() {
            return port;
        }

        Request acceptAndSend(long seed, long sizeBytes) {
            return request("accept " + number + " send " + seed + " " + sizeBytes);
        }

        Request acceptAndReceive(long limitBytes) {
            return request("accept " + number + " receive " + limitBytes);
        }
    }

    /** Something libudt is doing. */
    record Request(String number, String text, CompletableFuture<String> answer) {

        Payload.Summary await() throws Exception {
            return Payload.Summary.parse(await("done"));
        }

        private String await(String keyword) throws ExecutionException, InterruptedException {
            try {
                String[] parts = answer.get(ANSWER_SECONDS, TimeUnit.SECONDS).split(" ", 2);
                if (parts[0].equals(keyword)) {
                    return parts[1];
                }
                throw new AssertionError("libudt failed at \"" + text + "\": " + parts[1]);
            } catch (TimeoutException e) {
                throw new AssertionError("libudt did not finish \"" + text + "\" within " + ANSWER_SECONDS + " s", e);
            }
        }
    }
}
