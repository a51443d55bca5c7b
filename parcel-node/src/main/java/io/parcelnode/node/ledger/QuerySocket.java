package io.parcelnode.node.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets {@code history} ask the server that has the embedded database open: a socket in the ledger's folder, which only
 * the folder's owner can reach. A question is a line, a filter as JSON; the answer is a line for each row and a last one
 * that says how the ledger is.
 */
final class QuerySocket implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);
    private static final String NAME = "ledger.sock";
    private static final int QUESTIONS_AT_ONCE = 8;
    private static final int QUESTION_CHARS_MAX = 65_536;

    private final Path path;
    private final LedgerQuery query;
    private final LedgerHealth health;
    private final Runnable settle;
    private final Semaphore questions = new Semaphore(QUESTIONS_AT_ONCE);
    private ServerSocketChannel server; // Guarded by this.
    private boolean closed; // Guarded by this.

    /** @param settle waits until the database has what is recorded, or has waited long enough */
    QuerySocket(Path folder, LedgerQuery query, LedgerHealth health, Runnable settle) {
        this.path = in(folder);
        this.query = query;
        this.health = health;
        this.settle = settle;
    }

    static Path in(Path folder) {
        return folder.resolve(NAME);
    }

    /** Another server of the same state folder that answers already is left alone. */
    synchronized void open() {
        if (server != null || closed || isAnswered()) {
            return;
        }
        try {
            Files.deleteIfExists(path);
            ServerSocketChannel opened = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                opened.bind(UnixDomainSocketAddress.of(path));
                PrivateFiles.restrict(path, "rw-------");
            } catch (IOException e) {
                opened.close();
                throw e;
            }
            server = opened;
            thread(() -> acceptAll(opened), "ledger-query").start();
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            LOG.warn("'history' cannot ask this server: no socket at {}: {}", path, Messages.of(e), e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (server != null) {
            try {
                server.close();
                Files.deleteIfExists(path);
            } catch (IOException e) {
                LOG.debug("Cannot close {}", path, e);
            }
        }
    }

    private boolean isAnswered() {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return channel.isConnected();
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    private void acceptAll(ServerSocketChannel opened) {
        try {
            while (true) {
                SocketChannel client = opened.accept();
                questions.acquireUninterruptibly();
                thread(() -> answer(client), "ledger-answer").start();
            }
        } catch (IOException e) {
            LOG.debug("No more questions to the ledger", e); // Closed.
        }
    }

    private void answer(SocketChannel client) {
        try (client;
                BufferedReader in = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8));
                BufferedWriter out = new BufferedWriter(Channels.newWriter(client, StandardCharsets.UTF_8))) {
            LedgerFilter filter = EntryCodec.MAPPER.readValue(readLine(in), LedgerFilter.class);
            ObjectNode last = EntryCodec.MAPPER.createObjectNode();
            settle.run();
            try {
                query.transfers(
                        filter,
                        row -> write(out, EntryCodec.MAPPER.createObjectNode().putPOJO("row", row)));
            } catch (IOException e) {
                last.put("error", Messages.of(e));
            }
            last.put("waiting", health.waitingRecords()).put("lost", health.lostRecords());
            last.put("trouble", health.trouble());
            write(out, last);
        } catch (IOException | RuntimeException e) {
            LOG.debug("A question to the ledger was not answered", e); // Whoever asked has gone.
        } finally {
            questions.release();
        }
    }

    private static String readLine(BufferedReader in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (line.length() == QUESTION_CHARS_MAX) {
                throw new IOException("a question of more than " + QUESTION_CHARS_MAX + " characters");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    private static void write(BufferedWriter out, ObjectNode line) {
        try {
            out.write(EntryCodec.MAPPER.writeValueAsString(line));
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
