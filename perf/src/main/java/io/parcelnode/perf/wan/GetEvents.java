package io.parcelnode.perf.wan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What {@code get --json} has said. Lines come from the thread that reads them, questions from the measuring one. */
final class GetEvents {
    private final ObjectMapper mapper = new ObjectMapper();

    private long connectedNs;
    private Delivery delivered = Delivery.NOTHING;
    private boolean isVerified;
    private String reason;

    void onLine(String line) {
        onLine(System.nanoTime(), line);
    }

    synchronized void onLine(long nowNs, String line) {
        JsonNode event;
        try {
            event = mapper.readTree(line);
        } catch (JsonProcessingException e) {
            return; // A log line.
        }
        switch (event.path("event").asText()) {
            case "connected" -> connectedNs = nowNs; // The file is asked for at once.
            case "progress" -> delivered = new Delivery(event.path("received").asLong(), (nowNs - connectedNs) / 1e9);
            case "file-done" -> {
                isVerified = event.path("status").asText().equals("ok");
                if (isVerified) {
                    delivered = new Delivery(
                            event.path("bytes").asLong(), event.path("seconds").asDouble());
                } else {
                    reason = event.path("reason").asText();
                }
            }
            default -> {}
        }
    }

    /** Until the file is verified, with the time from connecting to the latest word of progress. */
    synchronized Delivery delivered() {
        return delivered;
    }

    synchronized boolean isVerified() {
        return isVerified;
    }

    /** Why the file was not got; null while nothing went wrong. */
    synchronized String reason() {
        return reason;
    }
}
