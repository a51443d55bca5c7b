package io.parcelnode.node.serve;

import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.ServerIdentity;
import io.parcelnode.proto.ServerOptions;
import io.parcelnode.proto.ServerSession;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.nio.UdtChannel;
import io.parcelnode.udt.nio.UdtServerChannel;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections and serves a session on each.
 *
 * <p>Threads: one accepts, one per connection reads the session's frames, one per open request reads its file. All are
 * daemons and end with {@link #close}.
 */
public final class ParcelServer implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);

    private final ServerIdentity identity;
    private final FileProvider files;
    private final ServerOptions options;
    private final UdtServerChannel port;
    private final AtomicInteger threadNumber = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "serve-" + threadNumber.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    private ParcelServer(UdtServerChannel port, ServerIdentity identity, FileProvider files, ServerOptions options) {
        this.port = port;
        this.identity = identity;
        this.files = files;
        this.options = options;
    }

    /** @throws java.net.BindException if the address is in use or not this machine's */
    public static ParcelServer start(
            InetSocketAddress address,
            UdtOptions transport,
            ServerIdentity identity,
            FileProvider files,
            ServerOptions options)
            throws IOException {
        UdtServerChannel port = UdtServerChannel.bind(address, transport);
        ParcelServer server = new ParcelServer(port, identity, files, options);
        server.threads.execute(server::acceptAll);
        return server;
    }

    public InetSocketAddress localAddress() {
        return port.localAddress();
    }

    /** Ends every session at once. */
    @Override
    public void close() {
        port.close();
        threads.shutdownNow();
    }

    private void acceptAll() {
        while (port.isOpen()) {
            try {
                UdtChannel channel = port.accept();
                threads.execute(() -> serve(channel));
            } catch (IOException e) {
                if (port.isOpen()) {
                    LOG.error("cannot accept connections any more: {}", Messages.of(e), e);
                }
                return;
            }
        }
    }

    private void serve(UdtChannel channel) {
        InetSocketAddress client = channel.remoteAddress();
        LOG.info("Connection from {}", text(client));
        try (ServerSession session = ServerSession.accept(channel, identity, files, options, threads)) {
            session.serve();
            LOG.info("Session with {} ended, {} encryption threads", text(client), session.sealingThreadsGranted());
        } catch (IOException e) {
            if (port.isOpen()) {
                LOG.warn("Session with {} broken: {}", text(client), Messages.of(e), e);
            }
        } catch (RuntimeException e) {
            LOG.error("Session with {} failed: {}", text(client), e.toString(), e);
        } finally {
            LOG.debug("Transport to {}: {}", text(client), channel.stats());
            channel.abort();
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ':' + address.getPort();
    }
}
