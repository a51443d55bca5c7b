package io.parcelnode.node.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.testing.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ConfigFileTest {
    @TempDir
    Path home;

    @Test
    void settingsComeInFrontOfTheFlags() throws Exception {
        Path file = write("# comment", "port = 9000  ", "data-server-url: https://h/=?a b", "log-file=/tmp/ümläut");

        assertEquals(
                List.of(
                        "--data-server-url=https://h/=?a b",
                        "--log-file=/tmp/ümläut",
                        "--port=9000",
                        "--config",
                        file.toString(),
                        "-n2"),
                expand("--config", file.toString(), "-n2"));
    }

    @ParameterizedTest
    @CsvSource({"-p 1", "-p1", "-p=1", "--port 1", "--port=1", "-vp 1", "-n 2 -p 1"})
    void theCommandLineWins(String flags) throws Exception {
        Path file = write("port = 9000", "host = 127.0.0.1");

        List<String> arguments = expand(("--config=" + file + " " + flags).split(" "));

        assertFalse(arguments.contains("--port=9000"), arguments::toString);
        assertTrue(arguments.contains("--host=127.0.0.1"), arguments::toString);
    }

    @Test
    void aFolderOnTheCommandLineReplacesTheEndpointOfTheFile() throws Exception {
        Path file = write("data-server-url = https://h/");

        assertEquals(List.of("--config=" + file, "--data-dir", "."), expand("--config=" + file, "--data-dir", "."));
    }

    @Test
    void aNameThatIsTheValueOfAnotherFlagIsNotThatFlag() throws Exception {
        Path file = write("port = 9000");

        List<String> arguments = expand("--config=" + file, "--node=--port");

        assertTrue(arguments.contains("--port=9000"), arguments::toString);
    }

    @Test
    void flagsWithoutAValueAreTrueOrFalse() throws Exception {
        Path file = write("no-ledger = true", "upstream-insecure = false");

        assertEquals(List.of("--no-ledger", "--config=" + file), expand("--config=" + file));
    }

    @Test
    void withoutAFileNothingChanges() throws Exception {
        String[] arguments = {"-p", "abc", "--frobnicate"};

        assertArrayEquals(arguments, ConfigFile.expand(serve(), arguments));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "prot = 1 | sets 'prot', which serve does not know; nearest is 'port'",
                "data-sever-url = x | nearest is 'data-server-url'",
                "p = 1 | sets 'p', which serve does not know",
                "--port = 1 | sets '--port', which serve does not know; nearest is 'port'",
                "config = x | sets 'config', which only the command line can",
                "check = true | sets 'check', which only the command line can",
                "help = true | sets 'help', which only the command line can",
                "port | gives 'port' no value",
                "no-ledger = yes | sets 'no-ledger' to 'yes', which is neither true nor false",
                "port = \\u00zz | cannot use --config",
            })
    void saysWhatIsWrongAndWhere(String line, String sentence) throws Exception {
        Path file = write(line);

        CommandException e = assertThrows(CommandException.class, () -> expand("--config", file.toString()));

        assertEquals(ExitCode.USAGE, e.exitCode());
        assertTrue(e.getMessage().contains(sentence), e::getMessage);
        assertTrue(e.getMessage().contains(file.toString()), e::getMessage);
    }

    @Test
    void aKeyStandsThereOnce() throws Exception {
        Path file = write("port = 1", "port = 2");

        CommandException e = assertThrows(CommandException.class, () -> expand("--config", file.toString()));

        assertTrue(e.getMessage().contains("it sets 'port' twice"), e::getMessage);
    }

    @Test
    void aFileThatIsNotThereIsAUsageError() {
        CommandRun run = CommandRun.run(home, "serve", "--config", "/no/such");

        assertEquals(2, run.exitCode(), run::all);
        assertTrue(run.err().contains("cannot use --config /no/such: no such file"), run::all);
    }

    /** It gets as far as the folder, so the file was enough to know what to serve. */
    @Test
    void theSourceMayStandInTheFile() throws Exception {
        Path file = write("data-dir = /no/such");

        CommandRun run = CommandRun.run(home, "serve", "--config", file.toString());

        assertEquals(2, run.exitCode(), run::all);
        assertTrue(run.err().contains("cannot serve --data-dir /no/such"), run::all);
    }

    @Test
    void valuesAreCheckedAsThoseOfFlagsAre() throws Exception {
        Path file = write("data-dir = .", "port = 65536");

        CommandRun run = CommandRun.run(home, "serve", "--config", file.toString());

        assertEquals(2, run.exitCode(), run::all);
        assertTrue(run.err().contains("--port 65536 is outside 0..65535"), run::all);
    }

    private Path write(String... lines) throws Exception {
        return Files.write(home.resolve("serve.properties"), Arrays.asList(lines));
    }

    private static List<String> expand(String... arguments) throws CommandException {
        return List.of(ConfigFile.expand(serve(), arguments));
    }

    private static CommandLine serve() {
        return new CommandLine(new ServeCommand());
    }
}
