package io.parcelnode.node.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** One row for each client's connection. */
final class SessionTable {
    static final String NAME = "client_session";
    static final List<String> COLUMNS = List.of(
            "id",
            "run_id",
            "node",
            "client",
            "client_port",
            "started_at",
            "ended_at",
            "result",
            "reason",
            "sealing_threads",
            "bytes_sent",
            "packets_sent",
            "packets_retransmitted",
            "rtt_us",
            "rtt_p50_us",
            "rtt_p99_us",
            "loss");

    private SessionTable() {}

    static void bind(PreparedStatement statement, Entry.Session session) throws SQLException {
        PathFigures path = session.path();
        Parameters parameters = new Parameters(statement);
        parameters.add(session.id());
        parameters.add(session.runId());
        parameters.add(session.node());
        parameters.add(session.client());
        parameters.add(session.clientPort());
        parameters.add(session.start());
        parameters.add(session.end());
        parameters.add(session.result());
        parameters.add(session.reason());
        parameters.add(session.sealingThreads());
        parameters.add(path == null ? null : (Long) path.bytesSent());
        parameters.add(path == null ? null : (Long) path.packetsSent());
        parameters.add(path == null ? null : (Long) path.packetsRetransmitted());
        parameters.add(path == null ? null : (Long) path.rttMicros());
        parameters.add(path == null ? null : (Long) path.rttP50Micros());
        parameters.add(path == null ? null : (Long) path.rttP99Micros());
        parameters.add(path == null ? null : (Double) path.loss());
    }
}
