package io.parcelnode.node.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.parcelnode.node.cli.MemoryPlan;
import io.parcelnode.node.cli.TransportOptions;
import io.parcelnode.node.serve.ParcelServer;
import io.parcelnode.node.source.SourceProbe;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.ServerIdentity;
import io.parcelnode.proto.ServerOptions;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** A server with an admin port, both on free ports of loopback. */
final class AdminFixture implements Closeable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    final ParcelServer server;
    final AdminPort admin;
    final EndpointFigures endpoint = new EndpointFigures();
    private final ServerIdentity identity = ServerIdentity.selfSigned(new SecureRandom());
    private final OkHttpClient client = new OkHttpClient.Builder()
            .readTimeout(Duration.ofSeconds(60)) // A busy machine is not what is tested.
            .build();

    AdminFixture(FileProvider files, SourceProbe probe) throws Exception {
        this(files, probe, port -> {});
    }

    /** @param before has something to say to the port before it answers */
    AdminFixture(FileProvider files, SourceProbe probe, Consumer<AdminPort> before) throws Exception {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        MemoryPlan memory = MemoryPlan.ofThisJvm();
        admin = AdminPort.bind(anyPort, null, endpoint);
        server = ParcelServer.start(
                anyPort,
                new TransportOptions().forServer(),
                memory,
                identity,
                files,
                ServerOptions.DEFAULT,
                admin.listeners());
        before.accept(admin);
        admin.start(server, memory, probe);
    }

    /** A source that is there. */
    static SourceProbe present() {
        return probe(() -> "is there");
    }

    static SourceProbe probe(HealthCheck.Probe look) {
        return new SourceProbe() {
            @Override
            public String kind() {
                return "endpoint";
            }

            @Override
            public String probe() throws IOException {
                try {
                    return look.look();
                } catch (IOException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IOException(e);
                }
            }
        };
    }

    /** Downloads into {@code folder} meanwhile. */
    CompletableFuture<CommandRun> get(Path folder, String... arguments) {
        List<String> words = new ArrayList<>(List.of("get", "--json", "-i", "127.0.0.1", "-d", folder + "/target"));
        if (!List.of(arguments).contains("-p")) {
            words.addAll(List.of("-p", String.valueOf(server.localAddress().getPort())));
        }
        words.addAll(List.of("--server-fingerprint", identity.fingerprint()));
        if (!List.of(arguments).contains("--transport")) {
            words.addAll(List.of("--transport", "udt")); // One session, however slow the machine.
        }
        words.addAll(List.of(arguments));
        return CommandRun.start(folder.resolve("home"), words.toArray(String[]::new));
    }

    Response ask(String path) throws IOException {
        return client.newCall(new Request.Builder().url(url(path)).build()).execute();
    }

    /** @param origin of the page that asks, null for a program */
    String post(String path, String origin) throws IOException {
        Request.Builder request = new Request.Builder().url(url(path)).post(RequestBody.create(new byte[0]));
        if (origin != null) {
            request.header("Origin", origin);
        }
        try (Response response = client.newCall(request.build()).execute()) {
            return response.body().string();
        }
    }

    String text(String path) throws IOException {
        try (Response response = ask(path)) {
            return response.body().string();
        }
    }

    /** {@code /readyz} once that is its status: on a busy machine a look may take longer than it should. */
    JsonNode awaitReadiness(String status) throws Exception {
        AtomicReference<JsonNode> ready = new AtomicReference<>();
        Await.until("it is " + status, () -> {
            ready.set(json("/readyz"));
            return ready.get().get("status").asText().equals(status);
        });
        return ready.get();
    }

    JsonNode json(String path) throws IOException {
        return MAPPER.readTree(text(path));
    }

    /** The value of a metric without labels, or with them as they stand there. */
    double metric(String name) throws IOException {
        return text("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + ' '))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no metric " + name));
    }

    String url(String path) {
        return "http://127.0.0.1:" + admin.address().getPort() + path;
    }

    @Override
    public void close() {
        server.close();
        admin.close();
        client.connectionPool().evictAll();
    }
}
