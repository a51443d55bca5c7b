package io.parcelnode.node.path;

/** What carries a session's bytes. */
public enum Transport {
    UDT,
    TCP;

    public Transport other() {
        return this == UDT ? TCP : UDT;
    }

    /** What firewalls call it. */
    public String protocol() {
        return this == UDT ? "UDP" : "TCP";
    }

    /** For programs. */
    public String word() {
        return this == UDT ? "udt" : "tcp";
    }
}
