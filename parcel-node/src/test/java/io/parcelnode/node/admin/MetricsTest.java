package io.parcelnode.node.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.limits.NodeShares;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.RequestFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class MetricsTest {
    private static final Pattern DOCUMENTED =
            Pattern.compile("(?m)^\\| `(parcel_\\w+)(?:\\{(\\w+)})?` \\| (counter|gauge|histogram) \\|");
    private static final Pattern EXPOSED = Pattern.compile("(?m)^# TYPE (parcel_\\w+) (\\w+)$");
    private static final Pattern LABELLED = Pattern.compile("(?m)^(parcel_\\w+)\\{([a-z]+)=\"([^\"]*)\"}");

    @TempDir
    Path folder;

    @Test
    void theDocumentedTableIsWhatThereIs() throws Exception {
        try (AdminFixture fixture = new AdminFixture(files(), AdminFixture.present(), port -> {
            port.watch(new FakeLedger(), List::of);
            new NodeShares().showIn(port::gauge);
        })) {
            String exposed = fixture.text("/metrics");
            Set<String> documentedNames = new TreeSet<>();
            Set<String> documentedLabels = new TreeSet<>();
            Matcher row = DOCUMENTED.matcher(Files.readString(Path.of("../docs/operations.md")));
            while (row.find()) {
                documentedNames.add(row.group(1) + ' ' + row.group(3));
                if (row.group(2) != null) {
                    documentedLabels.add(row.group(1) + ' ' + row.group(2));
                }
            }
            Set<String> names = new TreeSet<>();
            Matcher type = EXPOSED.matcher(exposed);
            while (type.find()) {
                names.add(type.group(1) + ' ' + type.group(2));
            }
            Set<String> labels = new TreeSet<>();
            Matcher labelled = LABELLED.matcher(exposed);
            while (labelled.find()) {
                if (!labelled.group(2).equals("le")) {
                    labels.add(labelled.group(1) + ' ' + labelled.group(2));
                }
            }
            assertEquals(documentedNames, names);
            assertEquals(documentedLabels, labels);
        }
    }

    @Test
    void tellSessionsOverTcpAndTheirBytesApart() throws Exception {
        try (AdminFixture fixture = new AdminFixture(files(), AdminFixture.present())) {
            CommandRun run =
                    fixture.get(folder, "wanted-file", "--transport", "tcp").get();
            assertEquals(0, run.exitCode(), run::all);

            Await.until("the session is over", () -> fixture.metric("parcel_sessions_open") == 0);
            assertEquals(1, fixture.metric("parcel_sessions_over_tcp_total"));
            assertTrue(fixture.metric("parcel_sent_bytes_total") > 3_000_000);
            assertEquals(0, fixture.metric("parcel_packets_sent_total"));
        }
    }

    @Test
    void countWhatWasDownloadedAndRefusedAndNameNobody() throws Exception {
        int size = 3_000_000;
        try (AdminFixture fixture = new AdminFixture(files(), AdminFixture.present())) {
            CommandRun good = fixture.get(folder, "wanted-file", "-T", "user-token-of-somebody")
                    .get();
            assertEquals(0, good.exitCode(), good::all);
            CommandRun bad = fixture.get(folder, "forbidden-file", "-T", "user-token-of-somebody")
                    .get();
            assertEquals(5, bad.exitCode(), bad::all);

            Await.until("both sessions are over", () -> fixture.metric("parcel_sessions_open") == 0);
            assertEquals(2, fixture.metric("parcel_sessions_started_total"));
            assertEquals(2, fixture.metric("parcel_sessions_ended_total{result=\"goodbye\"}"));
            assertEquals(0, fixture.metric("parcel_sessions_over_tcp_total"));
            assertTrue(fixture.metric("parcel_transfers_total{result=\"complete\"}") >= 1);
            assertEquals(0, fixture.metric("parcel_transfers_open"));
            assertEquals(size, fixture.metric("parcel_file_bytes_total"));
            assertTrue(fixture.metric("parcel_acknowledged_bytes_total") > size);
            assertTrue(fixture.metric("parcel_sent_bytes_total") >= fixture.metric("parcel_acknowledged_bytes_total"));
            assertTrue(fixture.metric("parcel_packets_sent_total") > size / 1_500.0);
            assertTrue(fixture.metric("parcel_sealing_seconds_total") > 0);
            assertTrue(fixture.metric("parcel_session_time_seconds_total{state=\"working\"}") > 0);
            String loop = "udt-" + fixture.server.localAddress().getPort();
            assertTrue(fixture.metric("parcel_loop_busy_seconds_total{loop=\"" + loop + "\"}") > 0);
            double refused = fixture.metric("parcel_transfers_refused_total{reason=\"forbidden\"}");
            assertTrue(refused >= 1);
            assertEquals(refused, fixture.metric("parcel_authentication_failures_total{reason=\"forbidden\"}"));

            String all = fixture.text("/metrics");
            assertFalse(all.contains("wanted-file"), "a file's name is a client's to choose");
            assertFalse(all.contains("127.0.0.1"), "so is its address");
            String pages = all
                    + fixture.text("/api/live")
                    + fixture.text("/api/history")
                    + fixture.text("/readyz")
                    + fixture.text("/api/moments")
                    + good.all()
                    + bad.all();
            assertFalse(pages.contains("user-token-of-somebody"));
        }
    }

    @Test
    void tellHowTheEndpointAnswers() throws Exception {
        try (AdminFixture fixture = new AdminFixture(files(), AdminFixture.present())) {
            for (int status : new int[] {200, 206, 302, 404, 429, 503, 999, 100, -1}) {
                fixture.endpoint.onAnswer(status, 30_000_000);
            }
            fixture.endpoint.onNoAnswer();
            fixture.endpoint.onUpstreamBytes(7);
            fixture.endpoint.onSharedBytes(3);
            fixture.endpoint.onToldToWait(1_500_000_000);
            assertEquals(9, fixture.metric("parcel_endpoint_latency_seconds_count"));
            assertEquals(9, fixture.metric("parcel_endpoint_latency_seconds_bucket{le=\"0.05\"}"));
            assertEquals(0, fixture.metric("parcel_endpoint_latency_seconds_bucket{le=\"0.025\"}"));
            assertEquals(2, fixture.metric("parcel_endpoint_answers_total{status=\"2xx\"}"));
            assertEquals(2, fixture.metric("parcel_endpoint_answers_total{status=\"4xx\"}"));
            assertEquals(3, fixture.metric("parcel_endpoint_answers_total{status=\"other\"}"));
            assertEquals(1, fixture.metric("parcel_endpoint_unanswered_total"));
            assertEquals(7, fixture.metric("parcel_endpoint_bytes_total"));
            assertEquals(3, fixture.metric("parcel_endpoint_shared_bytes_total"));
            assertEquals(1.5, fixture.metric("parcel_endpoint_pause_seconds_total"));
        }
    }

    private static FileProvider files() {
        MemoryFiles files = new MemoryFiles(TestBytes.random(3_000_000, 1), "v1");
        return request -> {
            if (request.fileId().equals("forbidden-file")) {
                throw new RequestFailedException(FailureKind.FORBIDDEN, 403, "not you");
            }
            return files.open(request);
        };
    }
}
