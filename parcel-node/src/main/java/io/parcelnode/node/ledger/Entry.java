package io.parcelnode.node.ledger;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.UUID;

/**
 * One thing that the ledger is told. Applying it a second time changes nothing: entries are read again from the disk
 * after a crash. What has no end yet never overwrites what has.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Entry.Run.class, name = "run"),
    @JsonSubTypes.Type(value = Entry.LostRun.class, name = "lost-run"),
    @JsonSubTypes.Type(value = Entry.Session.class, name = "session"),
    @JsonSubTypes.Type(value = Entry.Transfer.class, name = "transfer"),
    @JsonSubTypes.Type(value = Entry.Owner.class, name = "owner")
})
sealed interface Entry {
    /** Which thing has begun or ended; null if it is told of something else. */
    default UUID thing() {
        return null;
    }

    /** Whether this tells a thing's end, and all that its beginning did. */
    default boolean over() {
        return false;
    }

    /** One life of a server process; {@code end} is null while it runs. */
    record Run(UUID id, String node, String version, String tokenKey, Instant start, Instant end) implements Entry {
        @Override
        public UUID thing() {
            return id;
        }

        @Override
        public boolean over() {
            return end != null;
        }
    }

    /** A process that died: what it was doing is over, nobody knows how. */
    record LostRun(UUID id) implements Entry {}

    /** @param path null without figures */
    record Session(
            UUID id,
            UUID runId,
            String node,
            String client,
            int clientPort,
            Instant start,
            Instant end,
            String result,
            String reason,
            Integer sealingThreads,
            PathFigures path)
            implements Entry {
        @Override
        public UUID thing() {
            return id;
        }

        @Override
        public boolean over() {
            return end != null;
        }

        Session withPath(PathFigures figures) {
            return new Session(
                    id, runId, node, client, clientPort, start, end, result, reason, sealingThreads, figures);
        }
    }

    /** @param tokenHash null without a token */
    record Transfer(UUID runId, String tokenHash, TransferRow row) implements Entry {
        @Override
        public UUID thing() {
            return row.id();
        }

        @Override
        public boolean over() {
            return row.end() != null;
        }
    }

    /** Whose token it is has become known. */
    record Owner(String tokenHash, String who) implements Entry {}
}
