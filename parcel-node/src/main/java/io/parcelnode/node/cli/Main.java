package io.parcelnode.node.cli;

import io.parcelnode.node.demo.DemoCommand;
import io.parcelnode.node.get.GetCommand;
import io.parcelnode.node.ledger.HistoryCommand;
import io.parcelnode.node.serve.ConfigFile;
import io.parcelnode.node.serve.ServeCommand;
import io.parcelnode.node.simulate.SimulateCommand;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.stream.Stream;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry point of {@code parcel-node}. */
@Command(
        name = "parcel-node",
        description = "Moves large files over long, lossy networks: UDT in pure Java, encrypted, verified.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            ServeCommand.class,
            GetCommand.class,
            DemoCommand.class,
            SimulateCommand.class,
            HistoryCommand.class,
            GenerateCompletion.class
        })
public final class Main implements Runnable {
    private static final String SERVE = "serve";

    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs one command and returns its exit code. */
    public static int run(String... arguments) {
        CommandLine main = new CommandLine(new Main());
        main.getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec()
                        .versionProvider(main.getCommandSpec().versionProvider()));
        String[] expanded;
        try {
            expanded = withConfig(main, arguments);
        } catch (CommandException e) {
            main.getErr().println("parcel-node: " + Messages.of(e));
            return e.exitCode().number();
        }
        return configured(main)
                .setParameterExceptionHandler(Main::onUsageError)
                .setExecutionExceptionHandler(Main::onFailure)
                .execute(expanded);
    }

    /** With the settings of {@code serve --config} in front, after the command's name. */
    private static String[] withConfig(CommandLine main, String... arguments) throws CommandException {
        if (arguments.length < 2 || !arguments[0].equals(SERVE)) {
            return arguments;
        }
        String[] flags = Arrays.copyOfRange(arguments, 1, arguments.length);
        ServeCommand command = main.getSubcommands().get(SERVE).getCommand();
        command.arguments(flags);
        String[] expanded = ConfigFile.expand(configured(new CommandLine(new ServeCommand())), flags);
        return Stream.concat(Stream.of(SERVE), Arrays.stream(expanded)).toArray(String[]::new);
    }

    /** As all commands are parsed. */
    public static CommandLine configured(CommandLine command) {
        return command.setCaseInsensitiveEnumValuesAllowed(true)
                // An id or a token may begin with @; it names no file of arguments.
                .setExpandAtFiles(false);
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "say what to do: serve, get, history, demo or simulate (--help lists the flags)");
    }

    private static int onUsageError(ParameterException e, String[] arguments) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println("parcel-node: " + e.getMessage());
        err.println("Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE.number();
    }

    private static int onFailure(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        boolean verbose =
                parsed.expandedArgs().contains("-v") || parsed.expandedArgs().contains("--verbose");
        command.getErr().println("parcel-node: " + Messages.of(e));
        if (verbose) {
            e.printStackTrace(command.getErr());
        } else if (!(e instanceof CommandException)) {
            command.getErr().println("This was not expected (" + e.getClass().getName() + "); -v shows where.");
        }
        return e instanceof CommandException known ? known.exitCode().number() : ExitCode.MIXED_FAILURES.number();
    }

    /** The version the build wrote into the jar's manifest. */
    public static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "parcel-node " + (version == null ? "(not packaged)" : version) + ", Java "
                        + System.getProperty("java.version")
            };
        }
    }
}
