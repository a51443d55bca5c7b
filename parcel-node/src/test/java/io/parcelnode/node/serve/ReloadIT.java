package io.parcelnode.node.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.ForkedNode;
import io.parcelnode.proto.ServerIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Settings of a running server change, and nobody's transfer notices but by its rate. */
@Timeout(180)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no signals")
@EnabledIfSystemProperty(named = ForkedNode.JAR_PROPERTY, matches = ".+", disabledReason = "needs the packaged jar")
class ReloadIT {
    private static final long SIZE = 50_000_000;
    /** With it that takes longer than a test may wait for a process. */
    private static final String SLOW = "limit = 2Mbit";

    @TempDir
    Path folder;

    @Test
    void aTransferGoesOnAcrossAReloadThatChangesItsLimit() throws Exception {
        try (ServeProcess server = new ServeProcess(folder, List.of(SLOW, "no-ledger = true"))) {
            server.file("x", SIZE);
            try (ForkedNode download = server.begin("x")) {
                server.write(List.of("limit = 1Gbit", "no-ledger = true", "max-threads = 2"));
                server.hangUp("Reloaded: limit = 1Gbit");
                server.awaitLog("Reloaded: max-threads needs a restart");

                assertEquals(0, download.exitCode(), download::all);
                long connections = download.out()
                        .lines()
                        .filter(line -> line.contains("\"event\":\"connected\""))
                        .count();
                assertEquals(1, connections, download::all);
                assertEquals(SIZE, Files.size(folder.resolve("target/x")));
            }
            server.hangUp("Reloaded: max-threads needs a restart");
        }
    }

    @Test
    void aBadFileKeepsAllOldSettingsAndIsToldWhatIsWrongWithIt() throws Exception {
        List<String> good = List.of(SLOW, "drain-timeout = 0s");
        try (ServeProcess server = new ServeProcess(folder, good)) {
            for (String bad : List.of("prot = 1", "deny = 10.0.0.1/8", "max-threads = 70", "tls-cert = /no/such")) {
                server.write(List.of("limit = 1Gbit", bad));
                ServeProcess.Answer answer = server.post("/reload");

                assertEquals(400, answer.status(), answer::body);
                assertTrue(answer.body().startsWith("the settings stay as they are: "), answer::body);
                assertTrue(answer.body().contains(bad.substring(0, bad.indexOf(' '))), answer::body);
                server.awaitLog("Cannot reload, " + answer.body().strip());
            }
            server.node.signal("HUP");
            String failed = "parcel_reloads_total{result=\"failed\"} 5.0";
            Await.until(
                    "the signal counts too",
                    () -> server.ask("/metrics", null).body().contains(failed));
            assertFalse(server.node.out().contains("Reloaded: "), server.node::all);

            server.write(good);
            assertEquals(new ServeProcess.Answer(200, "nothing has changed\n"), server.post("/reload"));
            server.write(List.of("limit = 1Gbit", "range-size = 1M"));
            ServeProcess.Answer changed = server.post("/reload");
            assertEquals(200, changed.status());
            assertEquals("range-size needs a restart\nlimit = 1Gbit\ndrain-timeout = 60s\n", changed.body());
            assertTrue(server.ask("/metrics", null).body().contains("parcel_reloads_total{result=\"done\"} 2.0"));
        }
    }

    @Test
    void flagsOfTheCommandLineGoOnWinning() throws Exception {
        try (ServeProcess server = new ServeProcess(folder, List.of("limit = 1Gbit"), "--limit", "4Mbit")) {
            server.write(List.of("limit = 2Gbit", "deny = 192.0.2.0/24"));

            assertEquals("deny = 192.0.2.0/24\n", server.post("/reload").body());
        }
    }

    @Test
    void newSessionsGetTheNewCertificateAndOldOnesGoOn() throws Exception {
        Path certificate = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        ServerIdentity.selfSigned(new SecureRandom()).writePem(certificate, key);
        List<String> settings = List.of(SLOW, "tls-cert = " + certificate, "tls-key = " + key);
        try (ServeProcess server = new ServeProcess(folder, settings)) {
            server.file("x", SIZE);
            server.file("small", 1_000);
            try (ForkedNode download = server.begin("x")) {
                ServerIdentity renewed = ServerIdentity.selfSigned(new SecureRandom());
                Files.delete(key);
                Files.delete(certificate);
                renewed.writePem(certificate, key);
                server.write(List.of("tls-cert = " + certificate, "tls-key = " + key));
                server.hangUp("new sessions get the certificate with fingerprint " + renewed.fingerprint());

                try (ForkedNode small = server.got("small", renewed.fingerprint());
                        ForkedNode pinned = server.got("small", server.fingerprint)) {
                    assertEquals(0, small.exitCode(), small::all);
                    assertEquals(4, pinned.exitCode(), pinned::all);
                }
                assertEquals(0, download.exitCode(), download::all);
            }
        }
    }

    @Test
    void listsAdminTokenAndLogLevelChange() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "the-first-token-0001");
        List<String> settings = List.of("admin-token-file = " + token);
        try (ServeProcess server = new ServeProcess(folder, settings)) {
            server.file("x", 1_000);
            assertEquals(200, server.ask("/healthz", "the-first-token-0001").status());
            assertFalse(server.node.out().contains("DEBUG"), server.node::all);
            Files.writeString(token, "the-second-token-0002");
            server.write(List.of("admin-token-file = " + token, "deny = 127.0.0.0/8", "verbose = true"));
            server.hangUp("Reloaded: deny = 127.0.0.0/8");

            assertEquals(401, server.ask("/healthz", "the-first-token-0001").status());
            assertTrue(server.ask("/readyz", "the-second-token-0002").body().contains("keep 127.0.0.1 out"));
            try (ForkedNode download = server.get("x")) {
                assertEquals(3, download.exitCode(), download::all);
            }
            String metrics = server.ask("/metrics", "the-second-token-0002").body();
            assertTrue(metrics.contains("parcel_sessions_started_total 0.0"), metrics);
            assertFalse(metrics.contains("parcel_handshakes_denied_total 0.0"), metrics);

            server.write(List.of("allow = 127.0.0.0/8", "verbose = true"));
            server.hangUp("Reloaded: allow = 127.0.0.0/8");
            try (ForkedNode download = server.got("x", server.fingerprint)) {
                assertEquals(0, download.exitCode(), download::all);
            }
            server.awaitLog("DEBUG");
            assertEquals(200, server.ask("/healthz", null).status());
        }
    }
}
