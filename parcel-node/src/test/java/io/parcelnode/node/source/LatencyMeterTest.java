package io.parcelnode.node.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.proto.ServedFile;
import io.parcelnode.proto.SourceLatency;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LatencyMeterTest {
    private final LatencyMeter meter = new LatencyMeter();

    private void add(int count, long micros) {
        for (int i = 0; i < count; i++) {
            meter.add(micros * 1_000);
        }
    }

    @Test
    void withoutAnAnswerThereIsNothingToTell() {
        assertEquals(SourceLatency.NONE, meter.latency());
    }

    @Test
    void fewAnswersAreToldExactly() {
        add(3, 100);
        add(1, 500);
        assertEquals(new SourceLatency(4, 200, 500), meter.latency());
    }

    @Test
    void ofManyOneInAHundredIsSlower() {
        add(10, 1_000);
        add(984, 2_000);
        add(6, 900_000);
        SourceLatency latency = meter.latency();
        assertEquals(1_000, latency.answers());
        assertEquals((10 * 1_000 + 984 * 2_000 + 6 * 900_000) / 1_000, latency.meanMicros());
        assertEquals(2_000, latency.p99Micros(), 20);
        add(20, 900_000);
        assertEquals(900_000, meter.latency().p99Micros(), 9_000);
    }

    @Test
    void aFileTellsOfItsOwnRequestsAndTheListenerHearsOfAll() throws IOException {
        AtomicInteger answers = new AtomicInteger();
        AtomicLong bytes = new AtomicLong();
        byte[] content = TestBytes.random(300_000, 1);
        EndpointListener listener = new EndpointListener() {
            @Override
            public void onAnswer(int status, long latencyNs) {
                assertEquals(206, status);
                assertTrue(latencyNs > 0);
                answers.incrementAndGet();
            }

            @Override
            public void onUpstreamBytes(long count) {
                bytes.addAndGet(count);
            }
        };
        try (RestFixture rest = new RestFixture(4, 64 << 20, listener)) {
            rest.endpoint.file(RestFixture.ID, content);
            try (ServedFile file = rest.open(0)) {
                assertArrayEquals(content, TestBytes.readAll(file));
                assertEquals(5, file.sourceLatency().answers());
                assertTrue(file.sourceLatency().meanMicros() > 0);
            }
        }
        assertEquals(5, answers.get());
        assertEquals(content.length, bytes.get());
    }
}
