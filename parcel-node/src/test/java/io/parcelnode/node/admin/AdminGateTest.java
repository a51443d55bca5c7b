package io.parcelnode.node.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminGateTest {
    private static final String TOKEN = "0123456789abcdef-secret";

    private final OkHttpClient client = new OkHttpClient();
    private final AtomicInteger denied = new AtomicInteger();
    private final AtomicInteger changes = new AtomicInteger();
    private HttpServer http;

    @AfterEach
    void stop() {
        http.stop(0);
        client.connectionPool().evictAll();
    }

    @Test
    void everyAnswerKeepsBrowsersFromDoingMoreThanShowingIt() throws Exception {
        start(null, true);
        for (String path : new String[] {"/fine", "/absent", "/broken"}) {
            try (Response response = send(get(path))) {
                String policy = response.header("Content-Security-Policy");
                assertTrue(policy.startsWith("default-src 'none'"), policy);
                assertFalse(policy.contains("unsafe"), policy);
                assertTrue(policy.contains("frame-ancestors 'none'"), policy);
                assertEquals("no-store", response.header("Cache-Control"));
                assertEquals("nosniff", response.header("X-Content-Type-Options"));
                assertEquals("DENY", response.header("X-Frame-Options"));
                assertEquals("same-origin", response.header("Cross-Origin-Resource-Policy"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "evil.example:9001", "127.0.0.1.evil.example", "localhost.evil.example", ""})
    void aNameThatWasMadeToPointHereGetsNothing(String host) throws Exception {
        start(null, true);
        assertEquals(421, status(get("/fine").header("Host", host)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:80", "127.0.0.1:8443", "127.9.9.9", "[::1]:9001"})
    void aTunnelToLoopbackMayHaveAnotherPort(String host) throws Exception {
        start(null, true);
        assertEquals(200, status(get("/fine").header("Host", host)));
    }

    @Test
    void elsewhereAnyNameWillDoAndTheTokenIsWhatCounts() throws Exception {
        start(new AdminToken(TOKEN), false);
        assertEquals(
                200, status(get("/fine").header("Host", "node1.example").header("Authorization", "Bearer " + TOKEN)));
        assertEquals(401, status(get("/fine").header("Host", "node1.example")));
    }

    @Test
    void theTokenComesAsBearerOrAsPassword() throws Exception {
        start(new AdminToken(TOKEN), true);
        assertEquals(200, status(get("/fine").header("Authorization", "Bearer " + TOKEN)));
        assertEquals(200, status(get("/fine").header("Authorization", "bearer  " + TOKEN + " ")));
        assertEquals(200, status(get("/fine").header("Authorization", Credentials.basic("anybody", TOKEN))));
        assertEquals(0, denied.get());
        String[] wrong = {
            "Bearer",
            "Bearer ",
            "Bearer " + TOKEN + "x",
            "Bearer " + TOKEN.substring(1),
            "Basic %%%",
            "Basic " + TOKEN,
            Credentials.basic(TOKEN, ""),
            "Digest " + TOKEN,
            TOKEN
        };
        for (String given : wrong) {
            try (Response response = send(get("/fine").header("Authorization", given))) {
                assertEquals(401, response.code(), given);
                assertTrue(response.header("WWW-Authenticate").startsWith("Basic "), given);
                assertFalse(response.body().string().contains(TOKEN));
            }
        }
        assertEquals(wrong.length, denied.get());
        // Who has no token does not even learn what there is.
        assertEquals(401, status(get("/absent")));
    }

    @Test
    void onlyLookingIsAllowed() throws Exception {
        start(null, true);
        assertEquals(200, status(get("/fine").head()));
        for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH"}) {
            try (Response response = send(get("/fine").method(method, RequestBody.create(new byte[10])))) {
                assertEquals(405, response.code(), method);
                assertEquals("GET, HEAD", response.header("Allow"));
            }
        }
        assertEquals(405, status(get("/fine").method("OPTIONS", null)));
        assertEquals(404, status(get("/absent")));
        assertEquals(404, status(get("/fine/../page.css")));
    }

    /** A page from elsewhere can make a browser send a POST to loopback; the browser then says whose page it is. */
    @Test
    void whatChangesSomethingTakesNoOrdersFromWebPages() throws Exception {
        start(null, true);
        assertEquals(403, status(post().header("Origin", "https://evil.example")));
        assertEquals(403, status(post().header("Origin", "null")));
        assertEquals(403, status(post().header("Referer", "https://evil.example/page")));
        assertEquals(403, status(post().header("Sec-Fetch-Site", "same-origin")));
        assertEquals(421, status(post().header("Host", "evil.example")));
        assertEquals(405, status(get("/change")));
        assertEquals(0, changes.get());
        assertEquals(200, status(post()));
        assertEquals(1, changes.get());
    }

    /** A browser sends a password along by itself, whoever's page asks; a bearer token it does not. */
    @Test
    void whatChangesSomethingTakesTheTokenAsBearerAlone() throws Exception {
        start(new AdminToken(TOKEN), false);
        assertEquals(401, status(post()));
        assertEquals(403, status(post().header("Authorization", Credentials.basic("anybody", TOKEN))));
        assertEquals(
                403,
                status(post().header("Authorization", "Bearer " + TOKEN).header("Origin", "https://evil.example")));
        assertEquals(0, changes.get());
        assertEquals(
                200, status(post().header("Authorization", "Bearer " + TOKEN).header("Host", "node1.example")));
        assertEquals(1, changes.get());
    }

    @Test
    void theTokenMayChangeMeanwhile() throws Exception {
        AdminGate gate = start(new AdminToken(TOKEN), true);
        gate.token(new AdminToken("fedcba9876543210-other"));
        assertEquals(401, status(get("/fine").header("Authorization", "Bearer " + TOKEN)));
        assertEquals(200, status(get("/fine").header("Authorization", "Bearer fedcba9876543210-other")));
        gate.token(null);
        assertEquals(200, status(get("/fine")));
    }

    @Test
    void badParametersAreSaidSoAndFaultsTellNothing() throws Exception {
        start(null, true);
        assertEquals(400, status(get("/picky?a=1")));
        assertEquals(400, status(get("/fine?" + "a&".repeat(50))));
        try (Response response = send(get("/broken"))) {
            assertEquals(500, response.code());
            assertFalse(response.body().string().contains("inside"));
        }
    }

    private AdminGate start(AdminToken token, boolean loopbackOnly) throws IOException {
        Map<String, Route> routes = Map.of(
                "/fine", Route.get(query -> Answer.text(200, "fine")),
                "/picky",
                        Route.get(query -> {
                            throw new IllegalArgumentException("a is wrong");
                        }),
                "/broken",
                        Route.get(query -> {
                            throw new IllegalStateException("something inside");
                        }),
                "/change",
                        new Route(Route.POST, query -> {
                            changes.incrementAndGet();
                            return Answer.text(200, "done");
                        }));
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AdminGate gate = new AdminGate(routes, token, loopbackOnly, denied::incrementAndGet);
        http.createContext("/", gate);
        http.start();
        return gate;
    }

    private Request.Builder post() {
        return get("/change").post(RequestBody.create(new byte[0]));
    }

    private Request.Builder get(String path) {
        return new Request.Builder().url("http://127.0.0.1:" + http.getAddress().getPort() + path);
    }

    private int status(Request.Builder request) throws IOException {
        try (Response response = send(request)) {
            return response.code();
        }
    }

    private Response send(Request.Builder request) throws IOException {
        return client.newCall(request.build()).execute();
    }
}
