package io.parcelnode.node.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.ForkedNode;
import io.parcelnode.node.testing.PemFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The one jar as people run it. */
@Timeout(180)
@EnabledIfSystemProperty(named = ForkedNode.JAR_PROPERTY, matches = ".+", disabledReason = "needs the packaged jar")
class ExecutableJarIT {
    private static final Pattern READY = Pattern.compile(
            "^Server ready at 127\\.0\\.0\\.1:(\\d+)  fingerprint (sha256:[0-9a-f]{64})$", Pattern.MULTILINE);
    private static final String TOKEN = "s3cr3t-t0ken";

    @TempDir
    Path folder;

    @Test
    void containsNothingNative() throws Exception {
        try (JarFile jar = new JarFile(ForkedNode.jar().toFile())) {
            List<String> natives = jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.matches("(?i).*\\.(so|dll|dylib|jnilib)(\\.[0-9.]+)?"))
                    .toList();
            assertEquals(List.of(), natives);
        }
    }

    @Test
    void tellsTheJvmWhatItNeeds() throws Exception {
        try (JarFile jar = new JarFile(ForkedNode.jar().toFile())) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            assertEquals("io.parcelnode.node.cli.Main", manifest.getValue("Main-Class"));
            assertEquals("java.base/jdk.internal.misc", manifest.getValue("Add-Opens"));
            assertEquals("ALL-UNNAMED", manifest.getValue("Enable-Native-Access"));
            assertEquals("true", manifest.getValue("Multi-Release"));
        }
    }

    @Test
    void demoWorksAndTheJvmWarnsOfNothing() throws Exception {
        try (ForkedNode demo = new ForkedNode(folder, "demo", "--size", "2M")) {
            assertEquals(0, demo.exitCode(), demo::all);
            assertEquals("", demo.err());
            assertTrue(demo.out().contains("as generated"), demo::all);
        }
    }

    /** The hash is the same on every JDK, and the picture needs no display. */
    @Test
    void simulatesTheSameOnEveryJdkAndTheJvmWarnsOfNothing() throws Exception {
        Path plot = folder.resolve("plot.svg");
        String[] flags = {
            "simulate", "--rtt", "20ms", "--rate", "50Mbit", "--loss", "0.1%", "--duration", "5s", "--plot", "" + plot
        };
        try (ForkedNode simulate = new ForkedNode(folder, flags)) {
            assertEquals(0, simulate.exitCode(), simulate::all);
            assertEquals("", simulate.err());
            assertTrue(simulate.out().contains("Trace hash       9751fdcf3703f2b3"), simulate::all);
            assertTrue(Files.size(plot) > 10_000);
        }
    }

    @Test
    void versionNamesTheBuild() throws Exception {
        try (ForkedNode node = new ForkedNode(folder, "--version")) {
            assertEquals(0, node.exitCode(), node::all);
            assertTrue(node.out().matches("parcel-node \\d+\\.\\d+\\.\\d+\\S*, Java \\d.*\\R"), node::all);
        }
    }

    @Test
    void servesUntilItIsToldToStopAndNeverPrintsATokenEitherSide() throws Exception {
        byte[] content = TestBytes.random(1_000_000, 1);
        try (TestEndpoint endpoint = new TestEndpoint().file("x", content).twist((asked, exchange) -> {
                    boolean known = TOKEN.equals(asked.headers().getFirst("X-Auth-Token"));
                    if (!known) {
                        TestEndpoint.answer(exchange, 403, "not you");
                    }
                    return !known;
                });
                ForkedNode server = serve("-d", endpoint.url())) {
            Matcher ready = awaitReady(server);
            Path log = folder.resolve("client.log");
            for (String token : new String[] {TOKEN, TOKEN + "-wrong"}) {
                try (ForkedNode client = get(ready, "x", "-T", token, "--log-file", log.toString())) {
                    assertEquals(token.equals(TOKEN) ? 0 : 5, client.exitCode(), client::all);
                    assertFalse(client.all().contains(TOKEN), client::all);
                }
            }
            assertArrayEquals(content, Files.readAllBytes(folder.resolve("target/x")));

            server.terminate();
            assertEquals(0, server.exitCode(), server::all);
            assertFalse(server.all().contains(TOKEN), server::all);
            assertFalse(Files.readString(log).contains(TOKEN));
            assertTrue(server.out().contains("Refused x: FORBIDDEN"), server::all);
        }
    }

    /** Far more than the heap passes through both ends, over as many files as a client opens at once and more. */
    @Test
    void aSmallHeapIsEnoughForBothEnds() throws Exception {
        List<String> small = List.of("-Xmx96m", "-XX:MaxDirectMemorySize=24m");
        Path served = Files.createDirectories(folder.resolve("served"));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            names.add("f" + i);
            Files.write(served.resolve("f" + i), TestBytes.random(i == 0 ? 150_000_000 : 300_000, i));
        }
        Path state = Files.createDirectories(folder.resolve("server"));
        String[] serve = {"serve", "-i", "127.0.0.1", "-p", "0", "--data-dir", "" + served, "--memory", "40M"};
        try (ForkedNode server = new ForkedNode(state, small, serve)) {
            Matcher ready = awaitReady(server);
            String[] get = {
                "get",
                "-i",
                "127.0.0.1",
                "-p",
                ready.group(1),
                "--server-fingerprint",
                ready.group(2),
                "--memory",
                "40M",
                "-d",
                folder.resolve("target").toString()
            };
            try (ForkedNode client =
                    ForkedNode.connected(folder.resolve("client"), small, concat(get, names.toArray(String[]::new)))) {
                assertEquals(0, client.exitCode(), () -> client.all() + server.all());
                assertEquals("", client.err());
            }
            for (String name : names) {
                assertEquals(
                        -1,
                        Files.mismatch(
                                served.resolve(name), folder.resolve("target").resolve(name)));
            }
            assertEquals("", server.err());
        }
    }

    @Test
    void aPortInUseIsSaidSo() throws Exception {
        try (ForkedNode first = serve("--data-dir", folder.toString())) {
            Matcher ready = awaitReady(first);
            try (ForkedNode second = serve("--data-dir", folder.toString(), "-p", ready.group(1))) {
                assertEquals(9, second.exitCode(), second::all);
                assertTrue(second.err().contains(":" + ready.group(1) + " (UDP)"), second::all);
                assertFalse(second.out().contains("Server ready"), second::all);
            }
            assertTrue(first.isRunning());
        }
    }

    @Test
    void makesItsIdentityOnceAndKeepsIt() throws Exception {
        String[] flags = {"serve", "-i", "127.0.0.1", "-p", "0", "--data-dir", folder.toString()};
        Path state = folder.resolve("state");
        try (ForkedNode first = new ForkedNode(state, flags)) {
            String fingerprint = awaitReady(first).group(2);
            try (ForkedNode second = new ForkedNode(state, flags)) {
                assertEquals(fingerprint, awaitReady(second).group(2));
            }
        }
    }

    private ForkedNode get(Matcher ready, String... arguments) throws Exception {
        String[] all = {
            "get",
            "-v",
            "-i",
            "127.0.0.1",
            "-p",
            ready.group(1),
            "-d",
            folder.resolve("target").toString(),
            "--server-fingerprint",
            ready.group(2)
        };
        return ForkedNode.connected(folder.resolve("client"), List.of(), concat(all, arguments));
    }

    private ForkedNode serve(String... arguments) throws Exception {
        Path state = Files.createDirectories(folder.resolve("server"));
        PemFiles identity = PemFiles.create(state);
        String[] all = {
            "serve", "-v", "-i", "127.0.0.1", "--tls-cert", identity.certificate(), "--tls-key", identity.key()
        };
        String[] port = List.of(arguments).contains("-p") ? new String[0] : new String[] {"-p", "0"};
        return new ForkedNode(state, concat(concat(all, port), arguments));
    }

    private static Matcher awaitReady(ForkedNode server) throws Exception {
        Await.until(
                "the server is ready or over",
                () -> !server.isRunning() || server.out().contains("Server ready"));
        Await.until(
                "its line is complete",
                () -> !server.isRunning() || READY.matcher(server.out()).find());
        Matcher ready = READY.matcher(server.out());
        assertTrue(ready.find(), server::all);
        return ready;
    }

    private static String[] concat(String[] one, String[] other) {
        String[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
