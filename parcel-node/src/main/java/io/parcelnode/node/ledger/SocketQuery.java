package io.parcelnode.node.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Asks a server that runs; one question. See {@link QuerySocket}. */
final class SocketQuery implements LedgerQuery, Closeable {
    private final SocketChannel channel;
    private String note;

    private SocketQuery(SocketChannel channel) {
        this.channel = channel;
    }

    /** Null when no server answers there. */
    static SocketQuery connect(Path folder) {
        try {
            return new SocketQuery(SocketChannel.open(UnixDomainSocketAddress.of(QuerySocket.in(folder))));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public void transfers(LedgerFilter filter, Consumer<TransferRow> rows) throws IOException {
        byte[] question = (EntryCodec.MAPPER.writeValueAsString(filter) + '\n').getBytes(StandardCharsets.UTF_8);
        for (ByteBuffer bytes = ByteBuffer.wrap(question); bytes.hasRemaining(); ) {
            channel.write(bytes);
        }
        BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
        for (String text = in.readLine(); text != null; text = in.readLine()) {
            JsonNode line = EntryCodec.MAPPER.readTree(text);
            if (!line.has("row")) {
                onEnd(line);
                return;
            }
            rows.accept(EntryCodec.MAPPER.treeToValue(line.get("row"), TransferRow.class));
        }
        throw new IOException("the server ended before its answer did");
    }

    /** What is missing from the answer, for people; null if nothing is. */
    String note() {
        return note;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void onEnd(JsonNode line) throws IOException {
        if (line.has("error")) {
            throw new IOException(line.get("error").asText());
        }
        String trouble = line.path("trouble").asText("");
        long waiting = line.path("waiting").asLong();
        if (line.hasNonNull("trouble")) {
            note = waiting + " records are not in the database yet: " + trouble;
        }
        long lost = line.path("lost").asLong();
        if (lost > 0) {
            note = (note == null ? "" : note + "; ") + lost + " records are lost";
        }
    }
}
