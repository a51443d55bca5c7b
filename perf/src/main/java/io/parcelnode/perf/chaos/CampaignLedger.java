package io.parcelnode.perf.chaos;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.ledger.Ledger;
import io.parcelnode.node.ledger.LedgerOptions;
import io.parcelnode.node.serve.ServerEvents;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;

/** The ledger that all servers of a campaign write, with its database and what waits for that. */
final class CampaignLedger implements Closeable {
    private final Path state;
    private final Ledger ledger;

    CampaignLedger(Path state) throws IOException {
        this.state = state;
        LedgerOptions options = CommandLine.populateCommand(new LedgerOptions(), "--node", "chaos");
        try {
            ledger = options.open(state, ChaosEndpoint.TOKEN_HEADER);
        } catch (CommandException e) {
            throw new IOException("cannot keep a ledger: " + e.getMessage(), e);
        }
    }

    List<ServerEvents> listeners() {
        return List.of(ledger.events());
    }

    /** Files of it that hold a token with that mark. */
    List<Path> filesWith(String mark) throws IOException {
        return TokenSearch.in(state, mark, null);
    }

    /** All that was told is in the database afterwards. */
    @Override
    public void close() {
        ledger.close();
    }
}
