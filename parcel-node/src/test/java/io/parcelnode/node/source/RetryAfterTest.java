package io.parcelnode.node.source;

import static io.parcelnode.node.source.RestFixture.ID;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.RequestFailedException;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An endpoint that wants to be left alone for a while is. */
class RetryAfterTest {
    private static final byte[] CONTENT = TestBytes.random(300_000, 1);

    private final AtomicLong toldNs = new AtomicLong();
    private RestFixture rest;

    @BeforeEach
    void start() throws IOException {
        rest = new RestFixture(4, 64 << 20, new EndpointListener() {
            @Override
            public void onToldToWait(long pauseNs) {
                toldNs.set(pauseNs);
            }
        });
        rest.endpoint.file(ID, CONTENT);
    }

    @AfterEach
    void stop() {
        rest.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void isNotAskedBeforeItSaid(int status) throws IOException {
        AtomicInteger asks = new AtomicInteger();
        AtomicLong saidNs = new AtomicLong();
        AtomicLong tooEarly = new AtomicLong();
        rest.endpoint.twist((asked, exchange) -> {
            if (asks.incrementAndGet() == 2) {
                saidNs.set(System.nanoTime());
                exchange.getResponseHeaders().set("Retry-After", "1");
                TestEndpoint.answer(exchange, status, "slow down");
                return true;
            }
            // Those that were under way have nothing to do with it.
            boolean early = saidNs.get() != 0 && System.nanoTime() - saidNs.get() < TimeUnit.SECONDS.toNanos(1);
            if (early && asks.get() > 1 + 4) {
                tooEarly.incrementAndGet();
            }
            return false;
        });

        assertArrayEquals(CONTENT, rest.readAll());

        assertEquals(TimeUnit.SECONDS.toNanos(1), toldNs.get());
        assertTrue(System.nanoTime() - saidNs.get() >= TimeUnit.SECONDS.toNanos(1));
        assertEquals(0, tooEarly.get());
    }

    @Test
    void clientsHearOfALongPauseAtOnceAndTheEndpointHearsNothing() {
        rest.endpoint.twist((asked, exchange) -> {
            exchange.getResponseHeaders().set("Retry-After", "100");
            TestEndpoint.answer(exchange, 429, "much too fast");
            return true;
        });
        RequestFailedException first = rest.refusal(FailureKind.BUSY);
        RequestFailedException second = rest.refusal(FailureKind.BUSY);

        assertTrue(first.getMessage().contains("come back in "), first.getMessage());
        assertTrue(second.getMessage().contains("come back in "), second.getMessage());
        assertEquals(1, rest.endpoint.asked().size());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "7, 7",
        "' 7 ', 7",
        "-1, 0",
        "soon, 0",
        "99999999999, 0",
        "'Wed, 25 Nov 2026 10:00:09 GMT', 9",
        "'Wed, 25 Nov 2026 09:00:00 GMT', 0",
        "'Wed, 25 Nov 9999 10:00:09 GMT', 0"
    })
    void readsSecondsAndDates(String text, long seconds) {
        Instant now = Instant.parse("2026-11-25T10:00:00Z");
        assertEquals(TimeUnit.SECONDS.toNanos(seconds), EndpointPause.pauseNs(text, now));
    }
}
