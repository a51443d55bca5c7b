package io.parcelnode.perf.wan;

import io.parcelnode.perf.PeerFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Ours: {@code serve} at the left end, {@code get} at the right one, as a user runs them. */
final class ParcelPeer implements WanPeer {
    private static final String READY = "Server ready at ";
    private static final long READY_MS = 60_000;

    private final String congestion;
    private final String transport;
    private final Path jar;

    ParcelPeer(String congestion, String transport, Path jar) {
        this.congestion = congestion;
        this.transport = transport;
        this.jar = jar;
    }

    @Override
    public String settings(WanCell cell) {
        return "serve --congestion " + congestion + ", get --transport " + transport
                + ", everything else by default, Java " + System.getProperty("java.version");
    }

    @Override
    public int payloadBytes() {
        return WanCell.PAYLOAD_BYTES;
    }

    @Override
    public WanTransfer begin(TransferContext context) throws PeerFailedException {
        if (!Files.isRegularFile(jar)) {
            throw new PeerFailedException(jar + " is not there; build it with ./mvnw -DskipTests package");
        }
        return new Transfer(context);
    }

    /** The flags of bin/parcel-node. */
    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+ExitOnOutOfMemoryError"));
        String more = System.getenv("PARCEL_JAVA_OPTS");
        if (more != null && !more.isBlank()) {
            command.addAll(List.of(more.strip().split("\\s+")));
        }
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private final class Transfer implements WanTransfer {
        private final TransferContext context;
        private final GetEvents events = new GetEvents();

        private EndProcess server;
        private EndProcess client;
        private String fingerprint;

        Transfer(TransferContext context) {
            this.context = context;
        }

        @Override
        public EndProcess startServer() throws IOException, PeerFailedException, InterruptedException {
            List<String> serve = command(
                    "serve",
                    "--data-dir",
                    context.file().getParent().toString(),
                    "-i",
                    context.link().leftAddress(),
                    "-p",
                    Integer.toString(PORT),
                    "--congestion",
                    congestion);
            server = EndProcess.start("serve", context.link().left(), serve, context.scratch(), line -> {});
            String ready = server.await(line -> line.startsWith(READY), READY_MS);
            fingerprint = ready.substring(ready.indexOf("sha256:"));
            return server;
        }

        @Override
        public EndProcess startClient() throws IOException {
            Path target = Files.createDirectory(context.scratch().resolve("downloads"));
            List<String> get = command(
                    "get",
                    "--json",
                    "-i",
                    context.link().leftAddress(),
                    "-p",
                    Integer.toString(PORT),
                    "--server-fingerprint",
                    fingerprint,
                    "--transport",
                    transport,
                    "-d",
                    target.toString(),
                    context.file().getFileName().toString());
            client = EndProcess.start("get", context.link().right(), get, context.scratch(), events::onLine);
            return client;
        }

        @Override
        public boolean isDone() throws PeerFailedException {
            if (server.isEnded()) {
                throw server.failed();
            }
            if (!client.isEnded()) {
                return false;
            }
            if (client.exitCode() != 0) {
                throw events.reason() == null ? client.failed() : new PeerFailedException(events.reason());
            }
            if (events.delivered().bytes() != context.bytes()) {
                throw new PeerFailedException(
                        "get reports " + events.delivered().bytes() + " of " + context.bytes() + " bytes and no error");
            }
            return true;
        }

        @Override
        public Delivery delivered() {
            return events.delivered();
        }

        @Override
        public void stop() throws InterruptedException {
            client.stop();
        }

        @Override
        public long endedNs() {
            return client.endedNs();
        }
    }
}
