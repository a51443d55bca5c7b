package io.parcelnode.node.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.ForkedNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A database or a disk that does not take the ledger's records: transfers go on, and the metrics raise an alarm. */
@Timeout(300)
@EnabledIfSystemProperty(named = ForkedNode.JAR_PROPERTY, matches = ".+", disabledReason = "needs the packaged jar")
class BadInputIT {
    private static final Pattern READY = Pattern.compile(
            "^Server ready at 127\\.0\\.0\\.1:(\\d+)  fingerprint (sha256:[0-9a-f]{64})\\R", Pattern.MULTILINE);
    private static final Pattern ADMIN = Pattern.compile("Admin page at (http://127\\.0\\.0\\.1:\\d+/)");
    private static final String NO_DATABASE = "jdbc:postgresql://127.0.0.1:1/ledger";
    private static final int FILES = 300;

    /** One record of each file takes more than that, and what the server prints takes less. */
    private static final int FILE_MAX_KIBIBYTES = 128;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> ids = new ArrayList<>();
    private Path data;

    @BeforeEach
    void prepare() throws Exception {
        data = Files.createDirectories(folder.resolve("data"));
        for (int i = 0; i < FILES; i++) {
            ids.add(i + "-" + "x".repeat(180));
            Files.write(data.resolve(ids.get(i)), new byte[] {(byte) i});
        }
    }

    @Test
    void withADatabaseThatIsNotReachedTheServerRunsAndRecordsWait() throws Exception {
        List<String> flags = flags();
        try (ForkedNode server = new ForkedNode(folder.resolve("server"), flags.toArray(String[]::new))) {
            get(server, ids.subList(0, 3));

            Await.until("the alarm is raised", () -> metric(server, "parcel_ledger_database_away") == 1);
            assertEquals(0, metric(server, "parcel_ledger_spool_failing"));
            assertTrue(metric(server, "parcel_ledger_waiting_records") >= 3, server::all); // The end of each.
            assertEquals(0, metric(server, "parcel_ledger_lost_records"));
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no limit on the size of files")
    void withAFullDiskForTheQueueOfRecordsTransfersGoOn() throws Exception {
        List<String> flags = flags();
        Path home = folder.resolve("server");
        try (ForkedNode server = ForkedNode.withFilesUpTo(FILE_MAX_KIBIBYTES, home, flags.toArray(String[]::new))) {
            get(server, ids);
            Await.until("the alarm is raised", () -> metric(server, "parcel_ledger_spool_failing") == 1);
            get(server, ids.subList(0, 3));

            assertTrue(server.out().contains("Cannot write records of the ledger to the disk"), server::all);
            assertTrue(server.out().contains("transfers go on"), server::all);
            assertTrue(metric(server, "parcel_ledger_waiting_records") >= FILES, server::all);
            assertTrue(server.isRunning(), server::all);
        }
    }

    private List<String> flags() {
        return List.of(
                "serve",
                "--data-dir",
                "" + data,
                "-i",
                "127.0.0.1",
                "-p",
                "0",
                "--database",
                NO_DATABASE,
                "--admin",
                "127.0.0.1:0");
    }

    private void get(ForkedNode server, List<String> wanted) throws Exception {
        Await.until(
                "the server is ready or over",
                () -> !server.isRunning() || READY.matcher(server.out()).find());
        Matcher ready = READY.matcher(server.out());
        assertTrue(ready.find(), server::all);
        Path target = Files.createTempDirectory(folder, "target");
        Path manifest = Files.write(folder.resolve("manifest"), wanted);
        String[] all = {
            "get",
            "-m",
            "" + manifest,
            "-i",
            "127.0.0.1",
            "-p",
            ready.group(1),
            "-d",
            "" + target,
            "-x",
            "--server-fingerprint",
            ready.group(2)
        };
        ForkedNode client = ForkedNode.connected(folder.resolve("client"), List.of(), all);
        assertEquals(0, client.exitCode(), () -> client.all() + server.all());
        for (String id : wanted) {
            assertEquals(1, Files.size(target.resolve(id)));
        }
    }

    private double metric(ForkedNode server, String name) throws Exception {
        Matcher admin = ADMIN.matcher(server.out());
        assertTrue(admin.find(), server::all);
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(admin.group(1) + "metrics")).build();
        String metrics =
                http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        Matcher value = Pattern.compile("^" + name + "(?:_total)? ([-+.0-9eE]+)$", Pattern.MULTILINE)
                .matcher(metrics);
        assertTrue(value.find(), () -> name + " is not in " + metrics);
        return Double.parseDouble(value.group(1));
    }
}
