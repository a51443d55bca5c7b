package io.parcelnode.node.limits;

import java.util.List;

/** Bounds for tests of other packages. */
public final class TestBounds {
    private TestBounds() {}

    /** As many as there is memory for, but nobody from there. */
    public static ClientBounds denying(String network) {
        AccessList access = new AccessList(List.of(Cidr.parse(network)), List.of());
        return new ClientBounds(100, 100, 100, 1_000, access);
    }
}
