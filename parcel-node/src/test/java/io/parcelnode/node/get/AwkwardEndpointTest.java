package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import io.parcelnode.node.testing.TestEndpoint.Asked;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Endpoints as they are: without lengths, with addresses that are good for one request, slow beyond patience. */
@Timeout(120)
class AwkwardEndpointTest {
    private static final String TOKEN = "s3cr3t";

    @TempDir
    Path folder;

    /** Row C10: a file without length, or without bytes, is fetched with the token and by way of a .part as any other. */
    @ParameterizedTest
    @CsvSource({"0, true", "0, false", "300000, false"})
    void anEmptyFileAndOneWithoutLengthNeedTheTokenToo(int size, boolean lengths) throws Exception {
        byte[] content = TestBytes.random(size, 1);
        try (TestEndpoint endpoint = new TestEndpoint().file("x", content).twist(AwkwardEndpointTest::refuseOthers);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            if (!lengths) {
                endpoint.withoutLengths().withoutRanges();
            }
            CommandRun refused = fixture.get("x", "-T", "another");
            assertEquals(5, refused.exitCode(), refused::all);
            assertTrue(fixture.left().isEmpty(), fixture.left()::toString);

            CommandRun run = fixture.get("x", "-T", TOKEN);
            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(content, fixture.read("x"));
        }
    }

    /** Too short for the server to send anybody away, long enough to wonder. */
    @Test
    void aPauseThatTheEndpointAsksForIsTold() throws Exception {
        byte[] content = TestBytes.random(1_000, 1);
        AtomicInteger asks = new AtomicInteger();
        try (TestEndpoint endpoint = new TestEndpoint().file("x", content).twist((asked, exchange) -> {
                    if (asks.incrementAndGet() > 1) {
                        return false;
                    }
                    exchange.getResponseHeaders().set("Retry-After", "3");
                    TestEndpoint.answer(exchange, 429, "slow down");
                    return true;
                });
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            CommandRun run = fixture.get("x");

            assertEquals(0, run.exitCode(), run::all);
            assertTrue(run.err().contains("The endpoint asks for a pause of 3 s; the download goes on"), run::all);
            assertArrayEquals(content, fixture.read("x"));
        }
    }

    /** Row C10: nobody can say how much of it is missing, so nobody may take what is here for all of it. */
    @Test
    void aFileWithoutLengthHasNoNameBeforeItsEnd() throws Exception {
        byte[] content = TestBytes.random(300_000, 1);
        CountDownLatch looked = new CountDownLatch(1);
        try (TestEndpoint endpoint = new TestEndpoint().twist((asked, exchange) -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write(content, 0, 200_000);
                    exchange.getResponseBody().flush();
                    looked.await();
                    exchange.getResponseBody().write(content, 200_000, 100_000);
                    return true;
                });
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            CompletableFuture<CommandRun> running = fixture.start("x");
            Await.until(
                    "some of it is here",
                    () -> fixture.left().equals(List.of("x.part")) && Files.size(fixture.target.resolve("x.part")) > 0);
            looked.countDown();
            CommandRun run = running.get();

            assertEquals(0, run.exitCode(), run::all);
            assertEquals(List.of("x"), fixture.left());
            assertArrayEquals(content, fixture.read("x"));
        } finally {
            looked.countDown();
        }
    }

    /** Row D14: the server asks the endpoint anew for each range; no address that dies is kept by anybody. */
    @Test
    void addressesThatAreGoodForOneRequestAreAskedForEachTime() throws Exception {
        byte[] content = TestBytes.random(PieceMap.PIECE_BYTES + 1_000_000, 1);
        AtomicInteger signatures = new AtomicInteger();
        Set<String> used = ConcurrentHashMap.newKeySet();
        try (TestEndpoint endpoint = new TestEndpoint();
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            for (int i = 1; i <= 1_000; i++) {
                endpoint.file("signed-" + i, content);
            }
            endpoint.twist((asked, exchange) -> {
                if (asked.path().equals("/data/x")) {
                    String address = "/data/signed-" + signatures.incrementAndGet();
                    exchange.getResponseHeaders().set("Location", address);
                    exchange.sendResponseHeaders(302, -1);
                    return true;
                }
                if (!used.add(asked.path())) {
                    TestEndpoint.answer(exchange, 403, "this address has been used");
                    return true;
                }
                return false;
            });
            CommandRun run = fixture.get("x");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(content, fixture.read("x"));
            assertTrue(used.size() > 10, "a range each, not one for all: " + used.size());
        }
    }

    /** Row D9: what is slow but moves is waited for, however long it takes. */
    @Test
    void aSlowFileIsNotGivenUpWhileItMoves() throws Exception {
        byte[] content = TestBytes.random(30, 1);
        try (TestEndpoint endpoint = new TestEndpoint().file("x", content).twist((asked, exchange) -> {
                    exchange.getResponseHeaders().set("ETag", "\"v0\"");
                    exchange.sendResponseHeaders(200, content.length);
                    for (byte one : content) {
                        Thread.sleep(350);
                        exchange.getResponseBody().write(one);
                        exchange.getResponseBody().flush();
                    }
                    return true;
                });
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            CommandRun run = fixture.get("x", "--give-up-after", "8s");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(content, fixture.read("x"));
            double seconds = run.events("file-done").get(0).path("seconds").asDouble();
            assertTrue(seconds > 8, "it took longer than a pause may: " + run.all());
        }
    }

    private static boolean refuseOthers(Asked asked, HttpExchange exchange) throws Exception {
        boolean known = TOKEN.equals(asked.headers().getFirst("X-Auth-Token"));
        if (!known) {
            TestEndpoint.answer(exchange, 403, "not you");
        }
        return !known;
    }
}
