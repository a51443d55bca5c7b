package io.parcelnode.node.testing;

import io.parcelnode.node.cli.MemoryPlan;
import io.parcelnode.node.cli.TransportOptions;
import io.parcelnode.node.limits.ClientBounds;
import io.parcelnode.node.serve.ParcelServer;
import io.parcelnode.node.serve.ServerEvents;
import io.parcelnode.proto.FileOpening;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.ServedFile;
import io.parcelnode.proto.ServerIdentity;
import io.parcelnode.proto.ServerOptions;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on a free port of loopback that can be killed and started again. */
public final class TestServer implements Closeable {
    private final List<ServerEvents> listeners;
    private final AtomicInteger requests = new AtomicInteger();
    private ServerIdentity identity = ServerIdentity.selfSigned(new SecureRandom());
    private ParcelServer server;
    private int port;

    public TestServer(FileProvider files, ServerEvents... listeners) throws Exception {
        this.listeners = List.of(listeners);
        restart(files);
    }

    /** On the same port, with the same identity. */
    public void restart(FileProvider files) throws Exception {
        Await.until("the port is free", () -> {
            try {
                server = ParcelServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        new TransportOptions().forServer(),
                        MemoryPlan.ofThisJvm(),
                        identity,
                        new Counted(files),
                        ServerOptions.DEFAULT,
                        listeners);
                return true;
            } catch (BindException e) {
                return false;
            }
        });
        port = server.localAddress().getPort();
    }

    /** On the same port, as somebody else. */
    public void restartAsAnother(FileProvider files) throws Exception {
        server.close();
        identity = ServerIdentity.selfSigned(new SecureRandom());
        restart(files);
    }

    /** As on SIGTERM; to be followed by {@link #restart} or {@link #close}. */
    public void drain(Duration timeout) throws InterruptedException {
        server.drain(timeout);
        server.close();
    }

    /** From now on, until it is started again. */
    public void bounds(ClientBounds bounds) {
        server.bounds(bounds);
    }

    /** How often there was no room for a session or a request, by the name of the reason. */
    public long turnedAway(String reason) {
        Map<String, Long> counts = new HashMap<>();
        server.admissions().turnedAway(counts::put);
        return counts.get(reason);
    }

    public InetSocketAddress address() {
        return server.localAddress();
    }

    public int port() {
        return port;
    }

    public String fingerprint() {
        return identity.fingerprint();
    }

    /** Requests for files that any client has made. */
    public int requests() {
        return requests.get();
    }

    @Override
    public void close() {
        server.close();
    }

    private final class Counted implements FileProvider {
        private final FileProvider files;

        Counted(FileProvider files) {
            this.files = files;
        }

        @Override
        public ServedFile open(OpenRequest request) throws IOException {
            requests.incrementAndGet();
            return files.open(request);
        }

        @Override
        public FileOpening begin(OpenRequest request) {
            requests.incrementAndGet();
            return files.begin(request);
        }

        @Override
        public FileProvider forClient(String client) {
            return new Counted(files.forClient(client));
        }
    }
}
