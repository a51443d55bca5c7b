package io.parcelnode.node.serve;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The flags of {@code serve} about its other flags. */
final class ConfigFlags {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Properties file whose keys are these flags without the dashes, such as 'port = 9000'; flags on"
                            + " the command line win.")
    Path file; // Read by ConfigFile, before the flags are parsed.

    @Option(
            names = "--check",
            description =
                    "Check flags, configuration, certificate and files as a start would, print the settings, end.")
    boolean check;
}
