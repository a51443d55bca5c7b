package io.parcelnode.node.cli;

/** What the process tells the shell. The numbers are a contract with scripts. */
public enum ExitCode {
    OK(0, "ok"),
    MIXED_FAILURES(1, "failed"),
    USAGE(2, "usage"),
    SERVER_LOST(3, "server-lost"),
    SERVER_IDENTITY(4, "server-identity"),
    TOKEN(5, "token"),
    DIGEST_MISMATCH(6, "digest-mismatch"),
    LOCAL_DISK(7, "local-disk"),
    NO_SUCH_FILE(8, "no-such-file"),
    ADDRESS_IN_USE(9, "address-in-use"),
    ENDPOINT(10, "endpoint"),
    INTERRUPTED(130, "interrupted");

    private final int number;
    private final String label;

    ExitCode(int number, String label) {
        this.number = number;
        this.label = label;
    }

    public int number() {
        return number;
    }

    /** A word for logs and JSON. */
    public String label() {
        return label;
    }
}
