package io.parcelnode.node.limits;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Networks in which an address is found at once, however many they are: lists by country have tens of thousands. */
final class AddressRanges {
    private static final Comparator<byte[]> BY_FAMILY_AND_VALUE =
            Comparator.<byte[]>comparingInt(bytes -> bytes.length).thenComparing(Arrays::compareUnsigned);

    /** First and last address of each; those that lie in others left out, so that no two overlap. */
    private final TreeMap<byte[], byte[]> lastByFirst = new TreeMap<>(BY_FAMILY_AND_VALUE);

    AddressRanges(Collection<Cidr> networks) {
        List<Cidr> largeFirst = networks.stream()
                .sorted(Comparator.comparing(Cidr::firstBytes, BY_FAMILY_AND_VALUE)
                        .thenComparing(Cidr::lastBytes, BY_FAMILY_AND_VALUE.reversed()))
                .toList();
        for (Cidr network : largeFirst) {
            if (!contains(network.firstBytes())) {
                lastByFirst.put(network.firstBytes(), network.lastBytes());
            }
        }
    }

    boolean isEmpty() {
        return lastByFirst.isEmpty();
    }

    boolean contains(InetAddress address) {
        return contains(address.getAddress());
    }

    private boolean contains(byte[] address) {
        Map.Entry<byte[], byte[]> nearest = lastByFirst.floorEntry(address);
        return nearest != null && BY_FAMILY_AND_VALUE.compare(address, nearest.getValue()) <= 0;
    }
}
