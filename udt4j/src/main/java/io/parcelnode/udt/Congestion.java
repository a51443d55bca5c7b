package io.parcelnode.udt;

/** Congestion controls that a connection may use; each end chooses for what it sends. */
public enum Congestion {
    /** UDT's own rules: probe for the capacity, give way by a ninth at each loss. */
    DAIMD,
    /** A model of the path, its delivery rate and its least round trip time; bears random loss. */
    BBR
}
