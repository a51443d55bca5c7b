package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.cli.LogOptions;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.TransportOptions;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.GatedFiles;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A person types, over a terminal that knows nothing but characters, and a real server answers. */
@Timeout(180)
class PromptTest {
    private static final byte[] CONTENT = TestBytes.random(3_000_000, 1);
    private static final char CTRL_C = 3;
    private static final char CTRL_D = 4;

    @TempDir
    Path folder;

    @Test
    void setsServerAndFolderLooksDownloadsAndLeaves() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"));
                Conversation talk = new Conversation(fixture)) {
            talk.type("host 127.0.0.1").type("set port " + fixture.server.port());
            talk.type("server-fingerprint " + fixture.server.fingerprint());
            talk.type("dir " + fixture.target).type("limit 08:00,off 19:00,off");
            talk.type("settings").expect("limit     08:00,off 19:00,off");
            talk.type("info x").expect("Would download      : x to " + fixture.target.resolve("x") + ", 3000000 bytes");
            talk.expect("1 of 1 files can be had; nothing was downloaded");
            assertEquals(List.of(), fixture.left());
            talk.type("get x").expect("Download complete   : x, 3000000 bytes");
            talk.type("download x").expect("Already there       : x");

            assertEquals(0, talk.type("quit").exitCode());
            assertArrayEquals(CONTENT, fixture.read("x"));
        }
    }

    @Test
    void ctrlDLeaves() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"));
                Conversation talk = new Conversation(fixture)) {
            talk.expect("parcel> ").press(CTRL_D);

            assertEquals(0, talk.exitCode());
        }
    }

    @Test
    void ctrlCEndsTheDownloadAndNotThePromptAndTheNextOneGoesOn() throws Exception {
        byte[] content = TestBytes.random(12_000_000, 2);
        GatedFiles gated = new GatedFiles(new MemoryFiles(content, "v"), 6_000_000);
        try (GetFixture fixture = new GetFixture(folder, gated);
                Conversation talk = new Conversation(fixture).to(fixture)) {
            talk.type("get x").expect("Downloading file to");
            Await.until("a piece is journaled", () -> hasPiece(fixture.target.resolve("x.part.journal")));
            talk.press(CTRL_C).expect("Download failed     : x: cancelled; what has come of it stays");
            assertEquals(List.of("x.part", "x.part.journal"), fixture.left());
            gated.open();
            talk.type("get x").expect("Download complete   : x, 12000000 bytes");

            assertEquals(0, talk.type("exit").exitCode());
            assertTrue(talk.all().contains("Bytes here already"), talk::all);
            assertArrayEquals(content, fixture.read("x"));
        }
    }

    @Test
    void ctrlCEndsTheConnectingToo() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"));
                Conversation talk = new Conversation(fixture).to(fixture)) {
            fixture.server.close();
            talk.type("get x").expect("Connecting to server at");
            talk.press(CTRL_C).expect("cancelled; what has come of it stays");
            talk.type("help").expect("leaves, as Ctrl-D does");

            assertFalse(talk.all().contains("no handshake reply"), talk::all);
        }
    }

    @Test
    void ctrlCAtThePromptGivesUpTheLineAlone() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"));
                Conversation talk = new Conversation(fixture, "ansi")) {
            talk.expect("parcel> ").write("get some").expect("get some");
            talk.press(CTRL_C).expect("parcel> ");
            talk.type("limit 5Mbit").type("settings").expect("limit     5Mbit");

            assertEquals(0, fixture.server.requests());
        }
    }

    @Test
    void aTokenIsAskedForHiddenAndNeverRemembered() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint);
                Conversation talk = new Conversation(fixture).to(fixture)) {
            talk.type("token").expect("Token (empty for none): ").type("s3cret-one");
            talk.type("token s3cret-two").expect("it is asked for, so that it is not shown");
            talk.type("set --token s3cret-three").expect("Usage: token");
            talk.type("get --token s3cret-four x").expect("there are no flags here");
            talk.type("info x -Ts3cret-five").expect("there are no flags here");
            talk.type("settings").expect("token     given");
            talk.type("get x").expect("Download complete   : x");
            talk.type("quit").exitCode();

            assertFalse(talk.all().contains("s3cret-one"), talk::all);
            String history = Files.readString(fixture.home.resolve("history"));
            assertTrue(history.contains("get x"), history);
            assertFalse(history.contains("s3cret"), history);
            assertEquals("s3cret-one", endpoint.asked().get(0).headers().getFirst("X-Auth-Token"));
        }
    }

    @Test
    void aServerThatIsNotKnownIsAskedAboutHere() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"));
                Conversation talk = new Conversation(fixture)) {
            talk.type("host 127.0.0.1").type("port " + fixture.server.port()).type("dir " + fixture.target);
            talk.type("get x").expect("(yes/no)").type("no").expect("is not known; it shows fingerprint");
            assertEquals(List.of(), fixture.left());

            talk.type("get x").expect("(yes/no)").type("yes").expect("Download complete   : x");
            talk.type("quit").exitCode();
            assertFalse(Files.readString(fixture.home.resolve("history")).contains("yes"));
        }
    }

    @Test
    void aManifestIsDownloadedAsAWhole() throws Exception {
        Path manifest = Files.writeString(folder.resolve("list.txt"), "one\ntwo\n");
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"));
                Conversation talk = new Conversation(fixture).to(fixture)) {
            talk.type("get").expect("nothing is named: give an ID, or a manifest before");
            talk.type("manifest " + manifest).expect("2 files; get downloads them all");
            talk.type("get").expect("2 of 2 files verified");

            talk.type("quit").exitCode();
            assertEquals(List.of("one", "two"), fixture.left());
        }
    }

    @Test
    void whatIsWrongIsSaidAndThePromptGoesOn() throws Exception {
        Map<String, String> sentences = Map.of(
                "frobnicate 1", "There is no verb 'frobnicate'; help lists those that are.",
                "port 0", "port 0 is not a number from 1 to 65535",
                "jobs many", "jobs many is not a number from 1 to 64",
                "limit fast", "'fast' is not a rate",
                "host", "Usage: host HOST",
                "server-fingerprint sha256:1", "is not sha256: and 64 hex digits",
                "token-file /no/such", "cannot read --token-file /no/such",
                "manifest /no/such", "cannot read the manifest /no/such");
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"));
                Conversation talk = new Conversation(fixture)) {
            for (Map.Entry<String, String> entry : sentences.entrySet()) {
                talk.type(entry.getKey()).expect(entry.getValue());
            }
            assertEquals(0, talk.type("quit").exitCode());
            assertFalse(talk.all().contains("\tat "), talk::all);
        }
    }

    @Test
    void completesVerbsIdsAndFiles() throws Exception {
        Path manifest = Files.writeString(folder.resolve("a-list.txt"), "an-id-that-nobody-types\nother\n");
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"));
                // A terminal that cannot move its cursor shows no proposals.
                Conversation talk = new Conversation(fixture, "ansi").to(fixture)) {
            talk.write("mani\t" + folder + "/a-li\t\n").expect("2 files; get downloads them all");
            talk.write("get an\t\n").expect("Download complete   : an-id-that-nobody-types");

            talk.type("quit").exitCode();
            assertEquals(List.of("an-id-that-nobody-types"), fixture.left());
        }
    }

    private static boolean hasPiece(Path journal) throws IOException {
        JournalContent content = JournalContent.read(journal);
        return content != null && !content.pieces().isEmpty();
    }

    /** Somebody at the prompt. */
    private static final class Conversation implements Closeable {
        private final PrintStream realOut = System.out;
        private final String realHome = System.getProperty("user.home");
        private final PipedOutputStream keyboard = new PipedOutputStream();
        private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
        private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
        private final Terminal terminal;
        private int read;

        Conversation(GetFixture fixture) throws Exception {
            this(fixture, "dumb");
        }

        Conversation(GetFixture fixture, String type) throws Exception {
            System.setOut(new PrintStream(screen, true, StandardCharsets.UTF_8));
            System.setProperty("user.home", fixture.home.toString());
            Logging.configure(new LogOptions(), false);
            terminal = new ExternalTerminal(
                    "test", type, new PipedInputStream(keyboard, 1 << 16), shared(), StandardCharsets.UTF_8);
            terminal.setSize(new Size(200, 50));
            GetSettings settings = new GetSettings(new ServerFlags(), new TransportOptions());
            settings.host = "localhost";
            settings.port = 9_000;
            settings.folder = fixture.target;
            settings.limit = LimitTimetable.NONE;
            settings.threads = 2;
            settings.jobs = 4;
            settings.giveUpAfter = Duration.ofSeconds(30);
            Prompt prompt = new Prompt(terminal, settings, fixture.home);
            Thread thread = new Thread(() -> {
                try {
                    exitCode.complete(prompt.run());
                } catch (Throwable e) {
                    exitCode.completeExceptionally(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        /** The log lines and the terminal's are what one person sees. */
        private OutputStream shared() {
            return new OutputStream() {
                @Override
                public void write(int value) {
                    screen.write(value);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) {
                    screen.write(bytes, offset, length);
                }
            };
        }

        /** Says which server. */
        Conversation to(GetFixture fixture) throws Exception {
            type("host 127.0.0.1").type("port " + fixture.server.port());
            return type("server-fingerprint " + fixture.server.fingerprint());
        }

        Conversation type(String line) throws IOException {
            return write(line + "\n");
        }

        Conversation press(char key) throws IOException {
            return write(String.valueOf(key));
        }

        Conversation write(String text) throws IOException {
            read = screen.size();
            keyboard.write(text.getBytes(StandardCharsets.UTF_8));
            keyboard.flush();
            return this;
        }

        /** Waits until that has been shown since the last key. */
        Conversation expect(String text) throws Exception {
            Await.until(
                    "'" + text + "' is shown",
                    () -> all().substring(Math.min(read, all().length())).contains(text) || exitCode.isDone());
            assertTrue(all().substring(Math.min(read, all().length())).contains(text), this::all);
            return this;
        }

        String all() {
            return screen.toString(StandardCharsets.ISO_8859_1);
        }

        int exitCode() throws Exception {
            return exitCode.get(60, TimeUnit.SECONDS);
        }

        @Override
        public void close() throws IOException {
            keyboard.close();
            terminal.close();
            System.setOut(realOut);
            System.setProperty("user.home", realHome);
        }
    }
}
