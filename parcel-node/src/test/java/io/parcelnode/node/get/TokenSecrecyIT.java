package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.ForkedNode;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Row C6: whoever looks at a machine while a download runs, and at what it leaves, finds no token. */
@Timeout(180)
class TokenSecrecyIT {
    private static final String TOKEN = "s3cr3t-0123456789-token";
    private static final byte[] CONTENT = TestBytes.random(3 * PieceMap.PIECE_BYTES, 1);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"--token-file, %s", "--token-command, cat %s"})
    void neitherTheListOfProcessesNorAnythingWrittenShowsTheToken(String flag, String value) throws Exception {
        Path token = Files.writeString(folder.resolve("given"), TOKEN);
        Path state = Files.createDirectories(folder.resolve("state"));
        CountDownLatch looked = new CountDownLatch(1);
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            endpoint.twist((asked, exchange) -> {
                boolean good = TOKEN.equals(asked.headers().getFirst("X-Auth-Token"));
                if (!good) {
                    TestEndpoint.answer(exchange, 401, "no");
                } else if (asked.from() > 2 * PieceMap.PIECE_BYTES) {
                    looked.await();
                }
                return !good;
            });
            List<String> get = new ArrayList<>(List.of("get", "--json", "--verbose", "x", "-i", "127.0.0.1"));
            get.addAll(List.of("-p", String.valueOf(fixture.server.port()), "-d", fixture.target.toString()));
            get.addAll(List.of("--server-fingerprint", fixture.server.fingerprint()));
            get.addAll(List.of("--log-file", state.resolve("log").toString()));
            get.addAll(List.of(flag, String.format(value, token)));
            try (ForkedNode client = new ForkedNode(state, get.toArray(String[]::new))) {
                Await.until("some has come", () -> {
                    requireNoTokenIn(client.handle());
                    client.handle().descendants().forEach(TokenSecrecyIT::requireNoTokenIn);
                    return client.out().contains("\"file-started\"") || !client.isRunning();
                });
                assertTrue(client.isRunning(), client::all);
                requireNoTokenBelow(state);
                requireNoTokenBelow(fixture.target);
                looked.countDown();

                assertEquals(0, client.exitCode(), client::all);
                assertTrue(Files.readString(state.resolve("log")).contains("DEBUG"), client::all);
                requireNoTokenBelow(state); // What it has printed is there as well.
                requireNoTokenBelow(fixture.target);
            }
        } finally {
            looked.countDown();
        }
    }

    private static void requireNoTokenIn(ProcessHandle process) {
        assertFalse(process.info().commandLine().orElse("").contains(TOKEN), "it stands in the command line");
        for (String what : List.of("cmdline", "environ")) {
            Path file = Path.of("/proc", String.valueOf(process.pid()), what);
            try {
                assertFalse(contains(file, TOKEN), "it stands in " + file);
            } catch (IOException e) {
                continue; // It has ended, or this system has nothing of the kind.
            }
        }
    }

    private static void requireNoTokenBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(contains(file, TOKEN), "it stands in " + file);
            }
        }
    }

    private static boolean contains(Path file, String text) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
    }
}
