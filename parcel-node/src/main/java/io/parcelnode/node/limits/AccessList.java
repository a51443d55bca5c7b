package io.parcelnode.node.limits;

import java.net.InetAddress;
import java.util.List;

/** From where clients may come. */
public final class AccessList {
    public static final AccessList EVERYBODY = new AccessList(List.of(), List.of());

    private final AddressRanges denied;
    private final AddressRanges allowed;

    /** @param allowed alone may come, none for everybody; of both {@code denied} wins */
    AccessList(List<Cidr> denied, List<Cidr> allowed) {
        this.denied = new AddressRanges(denied);
        this.allowed = new AddressRanges(allowed);
    }

    public boolean admits(InetAddress address) {
        return !denied.contains(address) && (allowed.isEmpty() || allowed.contains(address));
    }
}
