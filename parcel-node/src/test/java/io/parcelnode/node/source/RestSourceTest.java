package io.parcelnode.node.source;

import static io.parcelnode.node.source.RestFixture.ID;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the endpoint says, and what becomes of it: sizes, names, digests, refusals, redirects, the token. */
class RestSourceTest {
    private static final byte[] CONTENT = TestBytes.random(300_001, 1);

    private RestFixture rest;

    @BeforeEach
    void start() throws IOException {
        rest = new RestFixture();
        rest.endpoint.file(ID, CONTENT);
    }

    @AfterEach
    void stop() {
        rest.close();
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void readsTheSameBytesInEveryMode(boolean ranges, boolean lengths) throws IOException {
        if (!ranges) {
            rest.endpoint.withoutRanges();
        }
        if (!lengths) {
            rest.endpoint.withoutLengths();
        }
        assertArrayEquals(CONTENT, rest.readAll());
        assertArrayEquals(Arrays.copyOfRange(CONTENT, 200_000, CONTENT.length), rest.read(200_000, -1));
        assertArrayEquals(Arrays.copyOfRange(CONTENT, 7, 70_007), rest.read(7, 70_000));
        assertEquals(0, rest.read(7, 0).length);
        try (ServedFile file = rest.open(0)) {
            assertEquals(ranges || lengths ? CONTENT.length : -1, file.info().sizeBytes());
        }
    }

    @Test
    void asksEveryByteOnceWithRangesAndForNoCompression() throws IOException {
        rest.readAll();

        boolean[] seen = new boolean[CONTENT.length];
        for (TestEndpoint.Asked asked : rest.endpoint.asked()) {
            assertEquals("/data/" + ID, asked.path());
            assertEquals(List.of("identity"), asked.headers().get("Accept-Encoding"));
            for (int i = (int) asked.from(); i <= Math.min(asked.to(), CONTENT.length - 1); i++) {
                assertFalse(seen[i], "byte " + i + " was asked for twice");
                seen[i] = true;
            }
        }
        for (boolean byteSeen : seen) {
            assertTrue(byteSeen);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsAnEmptyFileWhetherItIsRefusedAsARangeOrNot(boolean ranges) throws IOException {
        rest.endpoint.file(ID, new byte[0]);
        if (!ranges) {
            rest.endpoint.withoutRanges();
        }
        try (ServedFile file = rest.open(0)) {
            assertEquals(0, file.info().sizeBytes());
            assertEquals(0, TestBytes.readAll(file).length);
        }
    }

    /** A client that lost its connection after the last byte asks for what is behind it. */
    @Test
    void tellsTheValidatorEvenWhenNothingIsLeftToRead() throws IOException {
        rest.endpoint.twist((asked, exchange) -> {
            if (asked.from() < CONTENT.length) {
                exchange.getResponseHeaders().set("ETag", "\"v1\"");
            }
            return false;
        });
        OpenRequest atEnd = new OpenRequest(ID, null, CONTENT.length, -1, "\"v1\"");
        try (ServedFile file = rest.source.open(atEnd)) {
            assertEquals("\"v1\"", file.info().validator());
            assertEquals(0, TestBytes.readAll(file).length);
        }
        OpenRequest ofAnother = new OpenRequest(ID, null, CONTENT.length, -1, "\"v0\"");
        RequestFailedException refusal = assertThrows(RequestFailedException.class, () -> rest.source.open(ofAnother));
        assertEquals(FailureKind.CHANGED, refusal.kind());
    }

    @Test
    void refusesAnOffsetBehindTheEnd() {
        assertThrows(RequestFailedException.class, () -> rest.read(CONTENT.length + 1, -1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Repr-Digest | sha-256=:%s: | SHA-256",
                "Repr-Digest | unixsum=1, SHA-256=:%s: | SHA-256",
                "Digest | sha-256=%s | SHA-256",
                "Digest | md5=%s | MD5",
                "x-goog-hash | md5=%s | MD5"
            })
    void takesDigestsFromTheHeadersThatTellThem(String header, String format, String algorithm) throws IOException {
        byte[] digest = TestBytes.digest(algorithm, CONTENT);
        rest.endpoint.header(header, format.formatted(Base64.getEncoder().encodeToString(digest)));

        FileInfo info = info();

        String hex = HexFormat.of().formatHex(digest);
        assertEquals(algorithm.equals("MD5") ? hex : null, info.md5Hex());
        assertEquals(algorithm.equals("MD5") ? null : hex, info.sha256Hex());
    }

    /** On a partial answer it is the digest of that part. */
    @Test
    void takesContentMd5OnlyFromAWholeAnswer() throws IOException {
        byte[] digest = TestBytes.digest("MD5", CONTENT);
        rest.endpoint.header("Content-MD5", Base64.getEncoder().encodeToString(digest));

        assertNull(info().md5Hex());
        rest.endpoint.withoutRanges();
        assertEquals(HexFormat.of().formatHex(digest), info().md5Hex());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha-256=:bm90IDMyIGJ5dGVz:", "sha-256=:!!!:", "sha-256", "=", ""})
    void overlooksDigestsThatAreNone(String value) throws IOException {
        rest.endpoint.header("Repr-Digest", value);

        assertNull(info().sha256Hex());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "attachment; filename=\"a b.bam\" | a b.bam",
                "attachment; filename=a.bam | a.bam",
                "attachment; filename=\"x\"; filename*=UTF-8''%C3%BC.bam | ü.bam",
                "attachment; filename*=UTF-8''%zz | x",
                "attachment | x"
            })
    void takesTheNameThatTheEndpointTells(String disposition, String name) throws IOException {
        rest.endpoint.header("Content-Disposition", disposition);

        assertEquals(name, info().name());
    }

    /** More than a session can carry is left out, not a reason to fail. */
    @Test
    void leavesOutNamesAndValidatorsThatAreTooLong() throws IOException {
        rest.endpoint.header("Content-Disposition", "attachment; filename=" + "n".repeat(1_025));
        rest.endpoint.header("ETag", '"' + "v".repeat(511) + '"');

        assertEquals(ID, info().name());
        assertEquals("", info().validator());

        String longId = "i".repeat(1_025);
        rest.endpoint.file(longId, CONTENT);
        try (ServedFile file = rest.source.open(new OpenRequest(longId, null, 0, -1, null))) {
            assertEquals("", file.info().name());
        }
    }

    /** Parallel ranges might be of different versions, and nobody could tell. */
    @Test
    void withoutAValidatorTheFileIsReadAsOneStream() throws IOException {
        rest.endpoint.withoutValidator();

        assertArrayEquals(CONTENT, rest.readAll());
        assertArrayEquals(Arrays.copyOfRange(CONTENT, 70_000, 80_000), rest.read(70_000, 10_000));

        List<Long> starts =
                rest.endpoint.asked().stream().map(TestEndpoint.Asked::from).toList();
        assertEquals(List.of(0L, -1L, 70_000L, -1L), starts);
    }

    @Test
    void aPartWhereTheWholeFileWasAskedForIsAFailure() {
        rest.endpoint.twist((asked, exchange) -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 0-9/*");
            exchange.sendResponseHeaders(206, 10);
            exchange.getResponseBody().write(CONTENT, 0, 10);
            return true;
        });

        assertTrue(rest.refusal(FailureKind.UPSTREAM).getMessage().contains("answered 206"));
    }

    @Test
    void appendsIdsEncodedAfterOneSlash() throws IOException {
        rest.endpoint.file("a/b%20c/%C3%BC%3F%23", CONTENT);

        try (ServedFile file = rest.source.open(new OpenRequest("a/b c/ü?#", null, 0, -1, null))) {
            assertEquals("ü?#", file.info().name());
            assertArrayEquals(CONTENT, TestBytes.readAll(file));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".",
                "..",
                "../x",
                "a/../x",
                "%2e%2e/x",
                "..%2fx",
                "/x",
                "a//x",
                "a\\x",
                "x\n",
                "x\u0000",
                "http://x/y",
                "file:///x",
                "a/%2E%2e/x",
                "%2fx",
                "x%00"
            })
    void idsThatCouldPointElsewhereNeverReachTheEndpoint(String id) {
        RequestFailedException refusal = assertThrows(
                RequestFailedException.class, () -> rest.source.open(new OpenRequest(id, null, 0, -1, null)));

        assertEquals(FailureKind.NOT_FOUND, refusal.kind());
        assertEquals(List.of(), rest.endpoint.asked());
    }

    @ParameterizedTest
    @CsvSource({"401, UNAUTHORIZED", "403, FORBIDDEN", "404, NOT_FOUND", "410, NOT_FOUND", "400, UPSTREAM"})
    void refusalsCarryTheEndpointsTextOnOneLine(int status, FailureKind kind) {
        rest.endpoint.twist((asked, exchange) -> {
            TestEndpoint.answer(exchange, status, "<html><b>Your token\r\n\u001b[31m has expired</b></html>");
            return true;
        });

        RequestFailedException refusal = rest.refusal(kind);

        assertEquals(status, refusal.upstreamStatus());
        assertTrue(refusal.getMessage().contains("answered " + status + ": Your token"), refusal.getMessage());
        assertTrue(refusal.getMessage().endsWith("has expired"), refusal.getMessage());
        assertTrue(refusal.getMessage().chars().noneMatch(Character::isISOControl), refusal.getMessage());
        assertEquals(1, rest.endpoint.asked().size());
    }

    /** Some endpoints repeat what they refuse, and what we say of it goes to the log and to the client. */
    @ParameterizedTest
    @CsvSource({"401, UNAUTHORIZED", "403, FORBIDDEN", "400, UPSTREAM", "500, UPSTREAM"})
    void theTokenIsMaskedWhereTheEndpointRepeatsIt(int status, FailureKind kind) {
        String token = "sesame&\"<open>";
        rest.endpoint.twist((asked, exchange) -> {
            String quoted = "sesame&amp;&quot;&lt;open&gt;";
            TestEndpoint.answer(exchange, status, "no: " + token + ", " + quoted + ' ' + "x".repeat(2_000) + token);
            return true;
        });

        RequestFailedException refusal = assertThrows(
                RequestFailedException.class, () -> rest.source.open(new OpenRequest(ID, token, 0, -1, null)));

        assertEquals(kind, refusal.kind());
        for (Throwable e = refusal; e != null; e = e.getCause()) {
            assertFalse(e.toString().contains("sesame"), e.toString());
            assertTrue(e.toString().contains("no: ***, ***"), e.toString());
        }
    }

    @Test
    void carriesTheTokenInTheHeaderOfEveryRequest() throws IOException {
        try (ServedFile file = rest.source.open(new OpenRequest(ID, "to ken~!", 0, -1, null))) {
            TestBytes.readAll(file);
        }
        assertTrue(rest.endpoint.asked().size() > 1);
        for (TestEndpoint.Asked asked : rest.endpoint.asked()) {
            assertEquals(List.of("to ken~!"), asked.headers().get("X-Auth-Token"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sec\nret", "sec\r\nX-Evil: 1", "secrét", "sec\u0000ret", "sec\u007fret"})
    void refusesATokenThatNoHeaderCarriesWithoutPrintingIt(String token) {
        RequestFailedException refusal = assertThrows(
                RequestFailedException.class, () -> rest.source.open(new OpenRequest(ID, token, 0, -1, null)));

        assertEquals(FailureKind.UNAUTHORIZED, refusal.kind());
        assertFalse(refusal.getMessage().contains("sec"), refusal.getMessage());
        assertEquals(List.of(), rest.endpoint.asked());
    }

    @Test
    void followsRedirectsButKeepsTheTokenFromOtherOrigins() throws IOException {
        try (TestEndpoint other = new TestEndpoint()) {
            other.file("y", CONTENT);
            rest.endpoint.twist((asked, exchange) -> {
                boolean here = asked.path().equals("/data/" + ID);
                exchange.getResponseHeaders().set("Location", here ? "/data/moved" : other.url() + "/y");
                exchange.sendResponseHeaders(here ? 307 : 302, -1);
                return true;
            });
            try (ServedFile file = rest.source.open(new OpenRequest(ID, "token", 0, -1, null))) {
                assertArrayEquals(CONTENT, TestBytes.readAll(file));
            }
            for (TestEndpoint.Asked asked : rest.endpoint.asked()) {
                assertEquals(List.of("token"), asked.headers().get("X-Auth-Token"), asked.path());
            }
            assertFalse(other.asked().isEmpty());
            for (TestEndpoint.Asked asked : other.asked()) {
                assertNull(asked.headers().get("X-Auth-Token"));
                assertTrue(asked.from() >= 0, "the range is lost on the way");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/data/x", "ftp://127.0.0.1/x", "", "http://"})
    void givesUpOnRedirectsThatLeadNowhere(String location) {
        rest.endpoint.twist((asked, exchange) -> {
            exchange.getResponseHeaders().set("Location", location);
            exchange.sendResponseHeaders(302, -1);
            return true;
        });

        assertTrue(rest.refusal(FailureKind.UPSTREAM).getMessage().contains("redirected"));
    }

    private FileInfo info() throws IOException {
        try (ServedFile file = rest.open(0)) {
            return file.info();
        }
    }
}
