package io.parcelnode.node.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.proto.ServerIdentity;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServeCheckTest {
    @TempDir
    Path home;

    @Test
    void printsTheSettingsAndMakesNothing() throws Exception {
        Path state = home.resolve("made/later");
        Path log = home.resolve("serve.log");

        CommandRun run = check("--data-dir", ".", "-n", "7", "--state-dir", state.toString(), "--log-file=" + log);

        assertEquals(0, run.exitCode(), run::all);
        assertEquals("", run.err(), run::all);
        List<String> lines = run.out().lines().toList();
        for (String line : List.of(
                "data-dir = .",
                "# data-server-url is not set",
                "max-threads = 7",
                "port = 9000",
                "no-ledger = false",
                "state-dir = " + state,
                "log-file = " + log)) {
            assertTrue(lines.contains(line), () -> line + " is missing\n" + run.all());
        }
        try (Stream<Path> made = Files.list(home)) {
            assertEquals(List.of(), made.toList());
        }
    }

    @Test
    void itsOutputIsAConfigurationFileThatSaysTheSame() throws Exception {
        CommandRun first = check(
                "-d",
                "https://h/a?b=c",
                "-vp",
                "9100",
                "--network-limit=10.0.0.0/8=1Mbit, ::/8=2Mbit",
                "--network-limit=192.0.2.7=1Mbit",
                "--state-dir",
                home + "/a\\b",
                "--no-ledger");
        Path file = Files.writeString(home.resolve("serve.properties"), first.out());

        CommandRun second = check("--config", file.toString());

        assertEquals(0, second.exitCode(), second::all);
        assertEquals(first.out(), second.out());
        assertTrue(second.out().contains("port = 9100"), second::all);
    }

    @Test
    void doesNotListen() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            CommandRun run = check("--data-dir", ".", "-i", "127.0.0.1", "-p", String.valueOf(taken.getLocalPort()));

            assertEquals(0, run.exitCode(), run::all);
        }
    }

    @Test
    void certificateAndKeyBelongTogether() throws Exception {
        Path certificate = home.resolve("cert.pem");
        Path key = home.resolve("key.pem");
        Path otherKey = home.resolve("other-key.pem");
        ServerIdentity.selfSigned(new SecureRandom()).writePem(certificate, key);
        ServerIdentity.selfSigned(new SecureRandom()).writePem(home.resolve("other-cert.pem"), otherKey);

        CommandRun good = check("--data-dir", ".", "--tls-cert=" + certificate, "--tls-key=" + key);
        CommandRun bad = check("--data-dir", ".", "--tls-cert=" + certificate, "--tls-key=" + otherKey);

        assertEquals(0, good.exitCode(), good::all);
        assertEquals(2, bad.exitCode(), bad::all);
        assertTrue(bad.err().contains("cannot read the server identity from " + certificate), bad::all);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--data-dir /no/such | 2 | cannot serve --data-dir /no/such: no such file or folder",
                "-d ftp://h/ | 2 | ftp://h/ is not an http or https address",
                "-d http://h/ --token-header a:b | 2 | --token-header 'a:b' is not a header name",
                "-d http://h/ --upstream-ca /no/such | 2 | --upstream-ca",
                "--data-dir . -p 65536 | 2 | --port 65536 is outside 0..65535",
                "--data-dir . -i 192.0.2.1 | 2 | --host 192.0.2.1 is not an address of this machine",
                "--data-dir . --tls-cert a | 2 | --tls-cert and --tls-key belong together",
                "--data-dir . --tls-cert /no/a --tls-key /no/b | 2 | cannot read the server identity",
                "--data-dir . --database jdbc:mysql://h/d | 2 | is not a database that this server knows",
                "--data-dir . --database jdbc:postgresql://h/d?password=x | 2 | contains a password",
                "--data-dir . --token-key /no/such | 2 | cannot use --token-key",
                "--data-dir . --ledger-keep 1h | 2 | --ledger-keep 3600s is below a day",
                "--data-dir . --who-claim sub | 2 | --who-claim needs --data-server-url",
                "-d http://h/ --whoami-url x | 2 | --whoami-url is not an http or https address",
                "--data-dir . --admin 0.0.0.0:9001 | 2 | can be reached from other machines",
                "--data-dir . --admin-token-file /no/such | 2 | cannot read --admin-token-file /no/such",
                "--data-dir . --log-file /no/such/log | 7 | cannot write the log file /no/such/log",
                "--data-dir . --state-dir /dev/null/state | 7 | /dev/null is no folder",
            })
    void findsWhatAStartWouldEndWith(String flags, int exitCode, String sentence) {
        CommandRun run = check(flags.strip().split(" "));

        assertEquals(exitCode, run.exitCode(), run::all);
        assertTrue(run.err().contains(sentence), run::all);
        assertFalse(run.out().contains("port ="), run::all);
    }

    @Test
    void anIdentityInTheStateFolderIsReadAsWell() throws Exception {
        Files.writeString(home.resolve("server-cert.pem"), "nonsense");
        Files.writeString(home.resolve("server-key.pem"), "nonsense");

        CommandRun run = check("--data-dir", ".", "--state-dir", home.toString());

        assertEquals(7, run.exitCode(), run::all);
        assertTrue(run.err().contains("cannot use the server identity in " + home), run::all);
    }

    @Test
    void theExampleThatIsHandedOutCanBeUsed() {
        CommandRun run = check("--config", "../packaging/serve.properties");

        assertEquals(0, run.exitCode(), run::all);
        assertTrue(run.out().contains("data-server-url = https://data.example.org/files"), run::all);
    }

    private CommandRun check(String... flags) {
        return CommandRun.run(
                home,
                Stream.concat(Stream.of("serve", "--check"), Arrays.stream(flags))
                        .toArray(String[]::new));
    }
}
