package io.parcelnode.node.ledger;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** One row for each request for a file. */
final class TransferTable {
    static final String NAME = "transfer";
    static final List<String> COLUMNS = List.of(
            "id",
            "session_id",
            "run_id",
            "node",
            "client",
            "client_port",
            "who",
            "who_kind",
            "token_hash",
            "file_id",
            "file_key",
            "from_byte",
            "length_bytes",
            "size_bytes",
            "bytes",
            "sha256",
            "result",
            "reason",
            "started_at",
            "ended_at",
            "rtt_us",
            "loss",
            "bits_per_second",
            "source_answers",
            "source_mean_us",
            "source_p99_us");

    private TransferTable() {}

    static void bind(PreparedStatement statement, Entry.Transfer transfer) throws SQLException {
        TransferRow row = transfer.row();
        Parameters parameters = new Parameters(statement);
        parameters.add(row.id());
        parameters.add(row.sessionId());
        parameters.add(transfer.runId());
        parameters.add(row.node());
        parameters.add(row.client());
        parameters.add(row.clientPort());
        parameters.add(row.who());
        parameters.add(row.whoKind());
        parameters.add(transfer.tokenHash());
        parameters.add(row.file());
        parameters.add(fileKey(row.file()));
        parameters.add(row.fromByte());
        parameters.add(row.lengthBytes());
        parameters.add(row.sizeBytes());
        parameters.add(row.bytes());
        parameters.add(row.sha256());
        parameters.add(row.result());
        parameters.add(row.reason());
        parameters.add(row.start());
        parameters.add(row.end());
        parameters.add(row.rttMicros());
        parameters.add(row.loss());
        parameters.add(row.bitsPerSecond());
        parameters.add(row.sourceAnswers());
        parameters.add(row.sourceMeanMicros());
        parameters.add(row.sourceP99Micros());
    }

    static TransferRow read(ResultSet row) throws SQLException {
        return new TransferRow(
                row.getObject("id", UUID.class),
                row.getObject("session_id", UUID.class),
                row.getString("node"),
                row.getString("client"),
                row.getInt("client_port"),
                row.getString("who"),
                row.getString("who_kind"),
                row.getString("file_id"),
                row.getLong("from_byte"),
                row.getObject("length_bytes", Long.class),
                row.getObject("size_bytes", Long.class),
                row.getLong("bytes"),
                row.getString("sha256"),
                row.getString("result"),
                row.getString("reason"),
                time(row, "started_at"),
                time(row, "ended_at"),
                row.getObject("rtt_us", Long.class),
                row.getObject("loss", Double.class),
                row.getObject("bits_per_second", Double.class),
                row.getObject("source_answers", Long.class),
                row.getObject("source_mean_us", Long.class),
                row.getObject("source_p99_us", Long.class));
    }

    /** Finds an id by an index, however long it is. */
    static String fileKey(String file) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(file.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("a JDK without SHA-256", e);
        }
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
