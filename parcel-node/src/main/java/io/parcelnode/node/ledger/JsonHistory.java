package io.parcelnode.node.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.time.Duration;

/** One JSON object a line. */
record JsonHistory(PrintStream out) implements HistoryOutput {
    @Override
    public void accept(TransferRow row) {
        out.println(json(row));
    }

    /** What is not known is null. */
    static ObjectNode json(TransferRow row) {
        ObjectNode json = EntryCodec.MAPPER.createObjectNode();
        json.put("file", row.file());
        json.put("client", row.client());
        json.put("bytes", row.bytes());
        json.put("result", row.result());
        json.put("start", row.start().toString());
        json.put("end", row.end() == null ? null : row.end().toString());
        json.put("who", row.who());
        json.put("who_kind", row.whoKind());
        json.put("node", row.node());
        json.put("session", row.sessionId().toString());
        json.put("transfer", row.id().toString());
        json.put("client_port", row.clientPort());
        json.put("from_byte", row.fromByte());
        json.put("length", row.lengthBytes());
        json.put("size", row.sizeBytes());
        json.put("sha256", row.sha256());
        json.put("reason", row.reason());
        json.put(
                "seconds",
                row.end() == null
                        ? null
                        : Duration.between(row.start(), row.end()).toNanos() / 1e9);
        json.put("mbit_per_s", scaled(row.bitsPerSecond(), 1e-6));
        json.put("rtt_ms", scaled(row.rttMicros(), 1e-3));
        json.put("loss", row.loss());
        json.put("endpoint_requests", row.sourceAnswers());
        json.put("endpoint_mean_ms", scaled(row.sourceMeanMicros(), 1e-3));
        json.put("endpoint_p99_ms", scaled(row.sourceP99Micros(), 1e-3));
        return json;
    }

    @Override
    public void close() {
        out.flush();
    }

    private static Double scaled(Number value, double factor) {
        return value == null ? null : (Double) (Math.round(value.doubleValue() * factor * 1e3) / 1e3);
    }
}
