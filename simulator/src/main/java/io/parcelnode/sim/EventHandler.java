package io.parcelnode.sim;

/** Something that has asked {@link EventQueue} to be called at a certain time. */
interface EventHandler {
    void onEvent(long nowNs, int argument);
}
