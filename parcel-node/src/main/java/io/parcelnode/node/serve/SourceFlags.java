package io.parcelnode.node.serve;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.MemoryPlan;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.source.EndpointLimits;
import io.parcelnode.node.source.EndpointListener;
import io.parcelnode.node.source.FolderSource;
import io.parcelnode.proto.FileProvider;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of {@code serve} about what it serves. */
final class SourceFlags {
    @ArgGroup(multiplicity = "1")
    private Source source;

    @Mixin
    private EndpointFlags endpoint;

    private static final class Source {
        @Option(
                names = {"-d", "--data-server-url"},
                paramLabel = "URL",
                required = true,
                description = "REST endpoint; a file id is appended after one '/'.")
        private String url;

        @Option(names = "--data-dir", paramLabel = "DIR", required = true, description = "Serve this local folder.")
        private Path folder;
    }

    /** Checks the flags; asks nobody. */
    FileProvider open(MemoryPlan memory, EndpointListener listener) throws CommandException {
        endpoint.requireInRange();
        return source.url == null ? folder() : endpoint.open(source.url, memory, listener);
    }

    EndpointLimits limits() throws CommandException {
        return endpoint.limits();
    }

    /** Carries the clients' tokens; null where nobody checks them. */
    String tokenHeader() {
        return source.url == null ? null : endpoint.tokenHeader();
    }

    /** For people. */
    String place() {
        return source.url == null ? source.folder.toString() : EndpointFlags.withoutSecrets(source.url);
    }

    private FileProvider folder() throws CommandException {
        if (endpoint.hasCatalogue()) {
            throw new CommandException(ExitCode.USAGE, "--catalogue goes with --data-server-url, not with --data-dir");
        }
        try {
            return new FolderSource(source.folder);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.USAGE, "cannot serve --data-dir " + source.folder + ": " + Messages.of(e), e);
        }
    }
}
