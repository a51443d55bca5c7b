package io.parcelnode.node.ledger;

import java.time.Instant;
import java.util.UUID;

/**
 * One request for a file as the ledger has it. What is not known is null.
 *
 * @param node           name of the server
 * @param client         address of the client
 * @param clientPort     its UDP port
 * @param who            a name, or {@code token:KEY:HASH} for a token that nobody has named, or null without a token
 * @param whoKind        where it comes from: {@code claim}, {@code whoami}, {@code token}, {@code none}
 * @param file           id of the file
 * @param fromByte       first byte asked for
 * @param lengthBytes    bytes asked for; null for all up to the end
 * @param sizeBytes      of the whole file
 * @param bytes          served
 * @param sha256         of the bytes served, if all that were asked for have been
 * @param result         {@code running}, {@code complete}, {@code cancelled}, {@code failed}, {@code refused}, {@code lost}
 * @param reason         why it was refused or failed
 * @param rttMicros      of the session's connection when the transfer ended
 * @param loss           share of the session's data packets that had to be sent again, from its start
 * @param bitsPerSecond  bytes served by the time it took
 * @param sourceAnswers  requests to the endpoint
 * @param sourceMeanMicros mean time to the first byte of those
 * @param sourceP99Micros  99th percentile of it
 */
public record TransferRow(
        UUID id,
        UUID sessionId,
        String node,
        String client,
        int clientPort,
        String who,
        String whoKind,
        String file,
        long fromByte,
        Long lengthBytes,
        Long sizeBytes,
        long bytes,
        String sha256,
        String result,
        String reason,
        Instant start,
        Instant end,
        Long rttMicros,
        Double loss,
        Double bitsPerSecond,
        Long sourceAnswers,
        Long sourceMeanMicros,
        Long sourceP99Micros) {
    TransferRow withPath(long newRttMicros, double newLoss) {
        return new TransferRow(
                id,
                sessionId,
                node,
                client,
                clientPort,
                who,
                whoKind,
                file,
                fromByte,
                lengthBytes,
                sizeBytes,
                bytes,
                sha256,
                result,
                reason,
                start,
                end,
                newRttMicros,
                newLoss,
                bitsPerSecond,
                sourceAnswers,
                sourceMeanMicros,
                sourceP99Micros);
    }
}
