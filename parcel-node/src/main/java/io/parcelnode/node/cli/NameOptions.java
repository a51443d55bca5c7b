package io.parcelnode.node.cli;

import picocli.CommandLine.Option;

/** The flag about what a server shows of file names. */
public final class NameOptions {
    @Option(
            names = "--hide-names",
            description = "Show keyed hashes in place of file names in logs and on the admin port; the ledger has the"
                    + " names.")
    private boolean hideNames;

    /** From now on, for the whole process. */
    public void apply() {
        FileIds.hide(hideNames);
    }
}
