package io.parcelnode.node.get;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.TransportOptions;
import io.parcelnode.node.source.EndpointOptions;
import io.parcelnode.node.source.RestSource;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.TestEndpoint;
import io.parcelnode.node.testing.TestServer;
import io.parcelnode.proto.FileProvider;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import okhttp3.HttpUrl;

/** A server, the folder that {@code get} downloads to, and its home. */
final class GetFixture implements Closeable {
    private static final List<String> UDT_ALONE = List.of("--transport", "udt");

    final Path home;
    final Path target;
    final TestServer server;
    private final List<Closeable> others = new ArrayList<>();

    GetFixture(Path folder, FileProvider files) throws Exception {
        home = Files.createDirectories(folder.resolve("home"));
        target = folder.resolve("target");
        server = new TestServer(files);
    }

    static GetFixture rest(Path folder, TestEndpoint endpoint) throws Exception {
        RestSource source = new RestSource(
                new EndpointOptions(HttpUrl.get(endpoint.url()), "X-Auth-Token", 4, 1 << 16, 16 << 20, null, false));
        GetFixture fixture = new GetFixture(folder, source);
        fixture.others.add(source);
        return fixture;
    }

    /** {@code get} with JSON from the pinned server. */
    CommandRun get(String... arguments) {
        return CommandRun.run(home, all(arguments));
    }

    CompletableFuture<CommandRun> start(String... arguments) {
        return CommandRun.start(home, all(arguments));
    }

    /** {@code get} with nothing but these. */
    CommandRun plainGet(String... arguments) {
        List<String> words = new ArrayList<>(
                List.of("get", "-i", "127.0.0.1", "-p", String.valueOf(server.port()), "-d", target.toString()));
        words.addAll(List.of(arguments));
        return CommandRun.run(home, words.toArray(String[]::new));
    }

    /** To the pinned server. */
    ServerLink link() throws CommandException {
        return new ServerLink(
                "127.0.0.1",
                server.port(),
                new TransportOptions().forClient(),
                4,
                ServerIdentityCheck.pinned(server.fingerprint()));
    }

    byte[] read(String name) throws IOException {
        return Files.readAllBytes(target.resolve(name));
    }

    /** Every file below the target. */
    List<String> left() throws IOException {
        if (!Files.exists(target)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(target)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> target.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    private String[] all(String... arguments) {
        List<String> words = new ArrayList<>(List.of("get", "--json", "-i", "127.0.0.1", "-d", target.toString()));
        words.addAll(List.of("--server-fingerprint", server.fingerprint()));
        List<String> given = List.of(arguments);
        if (!given.contains("-p")) {
            words.addAll(List.of("-p", String.valueOf(server.port())));
        }
        if (!given.contains("--transport")) {
            words.addAll(UDT_ALONE); // How often a download connects is then its own doing, however slow the machine.
        }
        words.addAll(given);
        return words.toArray(String[]::new);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Closeable other : others) {
            other.close();
        }
    }
}
