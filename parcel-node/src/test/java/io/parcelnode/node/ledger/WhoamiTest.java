package io.parcelnode.node.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.parcelnode.node.serve.LiveSession;
import io.parcelnode.node.serve.LiveThings;
import io.parcelnode.node.serve.LiveTransfer;
import io.parcelnode.node.serve.TransferResult;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.TestEndpoint;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Names that an address of the operator's tells. */
@Timeout(180)
class WhoamiTest {
    @TempDir
    Path folder;

    @Test
    void namesWhatCameBeforeTheAnswerAndWhatComesAfter() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (TestEndpoint endpoint = new TestEndpoint().twist((asked, exchange) -> {
                    answer.await();
                    String token = asked.headers().getFirst("X-Auth-Token");
                    TestEndpoint.answer(exchange, 200, "{\"user\":{\"name\":\"owner of " + token.length() + "\"}}");
                    return true;
                });
                Ledger ledger = open(endpoint.url())) {
            LiveSession session = LiveThings.session(Instant.now());
            LiveTransfer early = begin(ledger, session, "early", "abc");
            LiveTransfer lasting = begin(ledger, session, "lasting", "abc");
            ledger.events().onTransferEnded(early, TransferResult.COMPLETE, null);
            begin(ledger, session, "anonymous", null);
            ledger.events()
                    .onTransferRefused(
                            session,
                            new OpenRequest("refused", "xyz"),
                            new RequestFailedException(FailureKind.FORBIDDEN, 403, "no"));
            Await.until("these are written", () -> ledger.health().waitingRecords() == 0);
            assertEquals("token", row(ledger, "early").whoKind());

            answer.countDown();
            Await.until(
                    "it is known",
                    () -> "owner of 3".equals(row(ledger, "early").who()));
            assertEquals("whoami", row(ledger, "early").whoKind());
            assertEquals("owner of 3", row(ledger, "lasting").who());
            ledger.events().onTransferEnded(lasting, TransferResult.COMPLETE, null);
            begin(ledger, session, "late", "abc");
            Await.until("the rest is written", () -> ledger.health().waitingRecords() == 0);
            assertEquals("owner of 3", row(ledger, "lasting").who());
            assertEquals("complete", row(ledger, "lasting").result());
            assertEquals("owner of 3", row(ledger, "late").who());
            assertEquals("none", row(ledger, "anonymous").whoKind());
            assertEquals("token", row(ledger, "refused").whoKind());
            assertEquals(1, endpoint.asked().size(), "one question for each accepted token");
        }
    }

    @Test
    void anAddressThatDoesNotAnswerCostsNoRecord() throws Exception {
        for (String answer :
                List.of("401 not you", "200 not json", "200 {    }", "302 elsewhere", "200 " + "x".repeat(70_000))) {
            try (TestEndpoint endpoint = new TestEndpoint().twist((asked, exchange) -> {
                        int status = Integer.parseInt(answer.substring(0, 3));
                        exchange.getResponseHeaders().set("Location", "/elsewhere");
                        TestEndpoint.answer(exchange, status, answer.substring(4));
                        return true;
                    });
                    Ledger ledger = open(endpoint.url())) {
                LiveSession session = LiveThings.session(Instant.now());
                begin(ledger, session, answer.substring(0, 7), "abc");
                Await.until("it is asked", () -> endpoint.asked().size() == 1);
                Await.until("it is written", () -> ledger.health().waitingRecords() == 0);
                assertEquals("token", row(ledger, answer.substring(0, 7)).whoKind());
                assertEquals(0, ledger.health().lostRecords());
                assertFalse(
                        endpoint.asked().stream().anyMatch(asked -> asked.path().contains("elsewhere")));
            }
        }
    }

    private Ledger open(String url) throws Exception {
        TokenKey key = new TokenKey(new byte[32]);
        return Ledger.open(new Ledger.Settings(
                folder,
                EmbeddedDatabase.in(folder),
                "node-1",
                new Identities(key, null),
                new Whoami.Question(HttpUrl.get(url), "X-Auth-Token", "user.name", patient()),
                key.id(),
                null,
                64 << 20,
                Clock.systemUTC()));
    }

    /** The answer waits for what is tested, however long that takes. */
    private static OkHttpClient patient() throws Exception {
        Duration most = Duration.ofMinutes(2);
        return Whoami.client(null, false)
                .newBuilder()
                .callTimeout(most)
                .readTimeout(most)
                .build();
    }

    private static LiveTransfer begin(Ledger ledger, LiveSession session, String file, String token) {
        LiveTransfer transfer = LiveThings.transfer(session, new OpenRequest(file, token), Instant.now());
        ledger.events().onTransferStarted(transfer);
        return transfer;
    }

    private static TransferRow row(Ledger ledger, String file) throws Exception {
        return ledger.query().transfers(LedgerFilter.ALL).stream()
                .filter(row -> row.file().equals(file))
                .findFirst()
                .orElseThrow();
    }
}
