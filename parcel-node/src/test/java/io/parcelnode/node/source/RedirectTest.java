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
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where an endpoint sends us: links that die, and places that are not to be asked. */
class RedirectTest {
    private static final byte[] CONTENT = TestBytes.random(1_000_000, 1);

    private TestEndpoint endpoint;
    private TestEndpoint storage;

    @BeforeEach
    void start() throws IOException {
        endpoint = new TestEndpoint();
        storage = new TestEndpoint().file("y", CONTENT);
    }

    @AfterEach
    void stop() {
        endpoint.close();
        storage.close();
    }

    /** Names decide what is inside here: all of them mean this machine. */
    private RestSource source(String endpointHost) throws IOException {
        HttpUrl url =
                HttpUrl.get(endpoint.url()).newBuilder().host(endpointHost).build();
        return new RestSource(
                new EndpointOptions(url, "X-Auth-Token", 2, 1 << 16, 16 << 20, null, false),
                EndpointListener.NONE,
                name -> List.of(InetAddress.getByAddress(name, new byte[] {127, 0, 0, 1})),
                address -> address.getHostName().startsWith("inside")
                        || address.getHostAddress().equals("127.0.0.2"),
                System::nanoTime);
    }

    private void redirectTo(String host) {
        HttpUrl target =
                HttpUrl.get(storage.url() + "/y").newBuilder().host(host).build();
        endpoint.twist((asked, exchange) -> {
            exchange.getResponseHeaders().set("Location", target.toString());
            exchange.sendResponseHeaders(302, -1);
            return true;
        });
    }

    private static byte[] read(RestSource source) throws IOException {
        try (ServedFile file = source.open(new OpenRequest(ID, "token", 0, -1, null))) {
            return TestBytes.readAll(file);
        }
    }

    @ParameterizedTest
    @CsvSource({"inside.example", "127.0.0.2"})
    void aPublicEndpointCannotSendUsInside(String host) throws IOException {
        redirectTo(host);
        try (RestSource source = source("public.example")) {
            RequestFailedException failure = assertThrows(RequestFailedException.class, () -> read(source));
            assertEquals(FailureKind.UPSTREAM, failure.kind());
            assertTrue(failure.getMessage().contains(host + ", an internal address"), failure.getMessage());
        }
        assertEquals(1, endpoint.asked().size(), "it was asked again");
        assertEquals(List.of(), storage.asked());
    }

    @ParameterizedTest
    @CsvSource({"public.example, storage.example", "inside.example, inside2.example"})
    void othersMay(String endpointHost, String host) throws IOException {
        redirectTo(host);
        try (RestSource source = source(endpointHost)) {
            assertArrayEquals(CONTENT, read(source));
        }
        assertFalse(storage.asked().isEmpty());
    }

    /** Links that die after some requests, as signed ones do after some time. */
    @Test
    void aDeadLinkIsAskedForAnewAndALivingOneIsUsedAgain() throws IOException {
        AtomicInteger links = new AtomicInteger();
        AtomicInteger usesLeft = new AtomicInteger();
        endpoint.twist((asked, exchange) -> {
            usesLeft.set(4);
            exchange.getResponseHeaders().set("Location", storage.url() + "/y?signature=" + links.incrementAndGet());
            exchange.sendResponseHeaders(302, -1);
            return true;
        });
        AtomicInteger dead = new AtomicInteger();
        storage.twist((asked, exchange) -> {
            if (usesLeft.getAndDecrement() <= 0) {
                dead.incrementAndGet();
                TestEndpoint.answer(exchange, 403, "Request has expired");
                return true;
            }
            return false;
        });
        try (RestSource source = source("public.example")) {
            assertArrayEquals(CONTENT, read(source));
        }
        assertTrue(dead.get() > 0, "no link has died");
        assertTrue(
                links.get() < storage.asked().size() / 2,
                links + " links for " + storage.asked().size());
        storage.asked().forEach(asked -> assertNull(asked.headers().get("X-Auth-Token")));
    }

    @Test
    void aLinkThatIsNeverAcceptedIsAFailureThatSaysWhere() throws IOException {
        redirectTo("storage.example");
        storage.twist((asked, exchange) -> {
            TestEndpoint.answer(exchange, 403, "AccessDenied");
            return true;
        });
        try (RestSource source = source("public.example")) {
            RequestFailedException failure = assertThrows(RequestFailedException.class, () -> read(source));
            assertEquals(403, failure.upstreamStatus());
            assertTrue(failure.getMessage().contains("storage.example"), failure.getMessage());
            assertTrue(failure.getMessage().contains("AccessDenied"), failure.getMessage());
        }
    }
}
