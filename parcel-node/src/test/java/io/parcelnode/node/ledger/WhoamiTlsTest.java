package io.parcelnode.node.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.parcelnode.node.serve.LiveThings;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.PemFiles;
import io.parcelnode.proto.OpenRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whoever says whose a token is, is believed as the endpoint is, by the same flags. */
@Timeout(180)
class WhoamiTlsTest {
    @TempDir
    Path folder;

    private final List<String> tokens = Collections.synchronizedList(new ArrayList<>());
    private HttpsServer https;
    private PemFiles pem;

    @Command
    static final class Flags {
        @Option(names = "--upstream-ca")
        Path authorities;

        @Option(names = "--upstream-insecure")
        boolean insecure;

        @Mixin
        LedgerOptions ledger;
    }

    @BeforeEach
    void start() throws Exception {
        pem = PemFiles.create(folder, "SAN=ip:127.0.0.1");
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(pem.keyStore(), PemFiles.PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        https = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(context));
        https.createContext("/", exchange -> {
            try (exchange) {
                tokens.add(exchange.getRequestHeaders().getFirst("X-Auth-Token"));
                byte[] answer = "{\"username\":\"ann\"}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        https.start();
    }

    @AfterEach
    void stop() {
        https.stop(0);
    }

    @Test
    void aNamedAuthorityIsBelieved() throws Exception {
        requireNamed("--upstream-ca", pem.certificate());
    }

    @Test
    void whoeverAsksForItBelievesEverything() throws Exception {
        requireNamed("--upstream-insecure");
    }

    @Test
    void anUnknownAuthorityGetsNoToken() throws Exception {
        try (Ledger ledger = open()) {
            begin(ledger, "first");
            Await.until("it is written", () -> ledger.health().waitingRecords() == 0);
        }
        assertEquals(List.of(), tokens);
    }

    private void requireNamed(String... flags) throws Exception {
        try (Ledger ledger = open(flags)) {
            begin(ledger, "first");
            Await.until("it is written", () -> ledger.health().waitingRecords() == 0);
            Await.until(
                    "it is known",
                    () -> ledger.query().transfers(LedgerFilter.ALL).stream().anyMatch(row -> "ann".equals(row.who())));
        }
        assertEquals(List.of("t0ken-of-ann"), tokens);
    }

    private Ledger open(String... flags) throws Exception {
        Flags parsed = new Flags();
        String url = "https://127.0.0.1:" + https.getAddress().getPort() + "/me";
        new CommandLine(parsed)
                .parseArgs(Stream.concat(Stream.of("--whoami-url", url), Stream.of(flags))
                        .toArray(String[]::new));
        return parsed.ledger.open(folder.resolve("state"), "X-Auth-Token");
    }

    private static void begin(Ledger ledger, String file) {
        ledger.events()
                .onTransferStarted(LiveThings.transfer(
                        LiveThings.session(Instant.now()), new OpenRequest(file, "t0ken-of-ann"), Instant.now()));
    }
}
