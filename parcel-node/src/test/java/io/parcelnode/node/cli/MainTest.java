package io.parcelnode.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What scripts rely on before any file moves: exit codes and sentences. */
class MainTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "get x -p 0 | --port 0 is outside 1..65535",
                "get x -p 65536 | --port 65536 is outside 1..65535",
                "get x -p abc | 'abc'",
                "get x -n 0 | --n-threads 0 is outside 1..64",
                "get x -n 65 | --n-threads 65 is outside 1..64",
                "get x --give-up-after 999ms | --give-up-after 999ms is outside 1s..1000h",
                "get x --give-up-after 1001h | is outside 1s..1000h",
                "get x --give-up-after soon | 'soon' is not a duration",
                "get x --congestion warp | 'warp' is none of daimd, bbr, tcp, fixed:RATE",
                "serve --data-dir . --congestion fixed | 'fixed' is none of daimd, bbr, tcp, fixed:RATE",
                "demo --congestion fixed:0Mbit | the rate of 'fixed:0Mbit' is outside 10Kbit..100Gbit",
                "get x --memory 31M | '31M' is outside 32M..",
                "serve --data-dir . --memory 900T | '900T' is outside 32M..",
                "get x --memory much | 'much' is not a size",
                "get x --limit 99Kbit | --limit 99Kbit is outside 100Kbit..100Gbit",
                "get x --limit 101Gbit | --limit 101Gbit is outside 100Kbit..100Gbit",
                "get x --limit fast | 'fast' is not a rate",
                "get x --limit 24:00,off | '24:00' in --limit is not a time of the day from 00:00 to 23:59",
                "get x --limit 8,1Mbit | '8' in --limit is not a time of the day from 00:00 to 23:59",
                "get x --limit 08:00, | '' is not a rate",
                "get x --limit 08:00,fast | 'fast' is not a rate such as 500Kbit, 200Mbit or 1Gbit",
                "get x --limit 08:00,1Kbit | --limit 1Kbit is outside 100Kbit..100Gbit; off is no limit",
                "get x --limit 08:00,off,1Mbit | '08:00,off,1Mbit' in --limit is not a time of the day, a comma and",
                "get x --limit 08:00,off\t8:00,1Mbit | --limit names the time 08:00 twice",
                "get x --server-fingerprint sha256:12 | --server-fingerprint 'sha256:12' is not sha256: and 64 hex",
                "get x --ca-file /no/such.pem | cannot read --ca-file /no/such.pem: no such file",
                "get x -t /no/such | cannot read --token-file /no/such: no such file",
                "get -m /no/such | cannot read --manifest /no/such: no such file",
                "get | nothing to download",
                "get x -t a -T b | mutually exclusive",
                "get x --trust-on-first-use --ca-file a | mutually exclusive",
                "get x --frobnicate | --frobnicate",
                "serve | (-d=URL | --data-dir=DIR)",
                "serve -d http://h/ --data-dir . | mutually exclusive",
                "serve -d ftp://h/ | ftp://h/ is not an http or https address",
                "serve -d http://h/ -p -1 | --port -1 is outside 0..65535",
                "serve -d http://h/ -p 65536 | --port 65536 is outside 0..65535",
                "serve -d http://h/ -n 0 | --max-threads 0 is outside 1..64",
                "serve -d http://h/ -b 0 | --buffer-connections 0 is outside 1..256",
                "serve --data-dir . -b 257 | --buffer-connections 257 is outside 1..256",
                "serve -d http://h/ --range-size 63K | --range-size 64512 is outside 65536..1073741824",
                "serve -d http://h/ --upstream-requests 0 | --upstream-requests 0 is outside 1..16384",
                "serve -d http://h/ --upstream-requests-per-client 5000 | 5000 is outside 1..4096",
                "serve --data-dir . --limit 1Kbit | --limit 1Kbit is outside 100Kbit..100Gbit",
                "serve --data-dir . --network-limit 10.0.0.0/8 | '10.0.0.0/8' is not NETWORK=RATE, such as",
                "serve --data-dir . --network-limit 10.0.0.1/8=1Mbit | the network is written 10.0.0.0/8",
                "serve --data-dir . --network-limit 10.0.0.0/8=1Kbit | --network-limit 10.0.0.0/8 1Kbit is outside",
                "serve --data-dir . --network-limit ::/8=1Mbit,::/8=2Mbit | names a network twice",
                "serve -d http://h/ --catalogue /no/such/file | cannot use --catalogue /no/such/file: no such file",
                "serve --data-dir . --catalogue x | --catalogue goes with --data-server-url",
                "serve --data-dir . --range-size 2G | --range-size 2147483648 is outside 65536..1073741824",
                "serve -d http://h/ --range-size many | 'many' is not a size",
                "serve -d http://h/ --token-header a:b | --token-header 'a:b' is not a header name",
                "serve -d http://h/ --upstream-ca /no/such.pem | --upstream-ca",
                "serve -d http://h/ --upstream-ca a --upstream-insecure | --upstream-insecure",
                "serve -d http://h/ --tls-cert a | --tls-cert and --tls-key belong together",
                "serve -d http://h/ --tls-cert /no/a --tls-key /no/b | cannot read the server identity",
                "serve --data-dir /no/such | cannot serve --data-dir /no/such: no such file or folder",
                "serve --data-dir . -i no.such.host.invalid | --host no.such.host.invalid is not an address",
                "serve --data-dir . -i 192.0.2.1 | --host 192.0.2.1 is not an address of this machine",
                "serve -d http://me:hidden@h/ | http://***@h/ contains a user name or password",
                "demo --size 11G | --size 11811160064 is outside 0 to 10G",
                "demo --rtt 3s | --rtt 3000ms is outside 0ms to 2s",
                "demo --loss 21% | --loss 21.0% is outside 0% to 20%",
                "demo --loss 101% | '101%' is not a share",
                "demo --rate 10Kbit | --rate 10000bit is outside 1Mbit to 10Gbit",
                "demo extra | extra",
                "frobnicate | frobnicate",
            })
    void saysWhatIsWrongWithAUsageError(String command, String sentence) {
        CommandRun run = CommandRun.run(home, command.strip().split(" "));

        assertEquals(2, run.exitCode(), run::all);
        assertTrue(run.err().contains(sentence.strip()), run::all);
        assertFalse(run.err().contains("\tat "), run::all);
    }

    @Test
    void saysWhatToDoWithoutACommand() {
        CommandRun run = CommandRun.run(home);

        assertEquals(2, run.exitCode(), run::all);
        assertTrue(run.err().contains("serve, get, history, demo or simulate"), run::all);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "--version",
                "get --help",
                "serve --help",
                "demo --help",
                "simulate --help",
                "generate-completion",
                "get --version",
                "serve -V"
            })
    void helpAndVersionWorkEverywhere(String command) {
        CommandRun run = CommandRun.run(home, command.split(" "));

        assertEquals(0, run.exitCode(), run::all);
        assertFalse(run.out().isBlank(), run::all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"two\nlines", "tab\there", "ümläut", " ", ""})
    void refusesATokenThatNoHeaderCarriesWithoutPrintingIt(String token) throws Exception {
        Path file = Files.writeString(home.resolve("token"), token);
        for (String[] flag : new String[][] {{"-T", token}, {"-t", file.toString()}}) {
            CommandRun run = CommandRun.run(home, "get", "x", flag[0], flag[1], "-v");

            assertEquals(2, run.exitCode(), () -> Arrays.toString(flag) + run.all());
            assertTrue(run.err().contains("printable ASCII"), run::all);
            assertTrue(token.isBlank() || !run.all().contains(token), run::all);
        }
    }

    @Test
    void refusesATokenFileThatIsNoToken() throws Exception {
        Path file = Files.write(home.resolve("token"), new byte[16_385]);

        CommandRun run = CommandRun.run(home, "get", "x", "-t", file.toString());

        assertEquals(2, run.exitCode(), run::all);
        assertTrue(run.err().contains("16 KiB"), run::all);
    }

    @ParameterizedTest
    @CsvSource({"get x, 7", "serve --data-dir ., 7", "demo, 7"})
    void aLogFileThatCannotBeWrittenIsALocalDiskFailure(String command, int exitCode) {
        CommandRun run = CommandRun.run(home, (command + " --log-file /proc/no/log").split(" "));

        assertEquals(exitCode, run.exitCode(), run::all);
        assertTrue(run.err().contains("cannot write the log file /proc/no/log"), run::all);
    }

    @Test
    void aStateFolderThatCannotBeMadeIsALocalDiskFailure() throws Exception {
        Path file = Files.createFile(home.resolve("file"));

        CommandRun run = CommandRun.run(home, "serve", "--data-dir", ".", "--state-dir", file + "/state", "-p", "0");

        assertEquals(7, run.exitCode(), run::all);
        assertTrue(run.err().contains("--state-dir") || run.err().contains("PARCEL_HOME"), run::all);
    }

    /** Otherwise whoever writes the ids of a script could have files read as flags. */
    @Test
    void anArgumentThatBeginsWithAnAtSignIsNoFileOfArguments() throws Exception {
        Path file = Files.writeString(home.resolve("flags"), "--port 0");

        CommandRun run = CommandRun.run(home, "get", "@" + file, "-m", "/no/such");

        assertEquals(2, run.exitCode(), run::all);
        assertTrue(run.err().contains("cannot read --manifest"), run::all);
    }

    @Test
    void exitCodesAreTheContract() {
        int[] numbers =
                Arrays.stream(ExitCode.values()).mapToInt(ExitCode::number).toArray();

        assertEquals("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 130]", Arrays.toString(numbers));
    }
}
