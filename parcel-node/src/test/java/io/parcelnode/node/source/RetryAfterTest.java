package io.parcelnode.node.source;

import static io.parcelnode.node.source.RestFixture.ID;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.RequestFailedException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

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

    /** However many requests are told. */
    @Test
    void thePauseIsSaidOnceInTheLog() throws IOException {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(Logging.SERVER);
        logger.addAppender(log);
        AtomicInteger asks = new AtomicInteger();
        rest.endpoint.twist((asked, exchange) -> {
            if (asks.incrementAndGet() > 3) {
                return false;
            }
            exchange.getResponseHeaders().set("Retry-After", asks.get() == 1 ? "1" : "0");
            TestEndpoint.answer(exchange, 429, "slow down");
            return true;
        });
        try {
            assertArrayEquals(CONTENT, rest.readAll());
        } finally {
            logger.detachAppender(log);
        }
        assertEquals(
                List.of("The endpoint asks for a pause of 1 s"),
                log.list.stream()
                        .map(ILoggingEvent::getFormattedMessage)
                        .filter(line -> line.contains("pause"))
                        .toList());
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
