package io.parcelnode.node.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AccessListTest {
    @Test
    void whatIsDeniedIsDeniedAlsoWhereItIsAllowed() throws Exception {
        AccessList list = list(List.of("10.1.0.0/16", "2001:db8::/32"), List.of("10.0.0.0/8", "2001::/16"));

        assertTrue(list.admits(InetAddress.getByName("10.2.0.1")));
        assertFalse(list.admits(InetAddress.getByName("10.1.0.1")));
        assertFalse(list.admits(InetAddress.getByName("192.0.2.1")), "not allowed");
        assertTrue(list.admits(InetAddress.getByName("2001:db9::1")));
        assertFalse(list.admits(InetAddress.getByName("2001:db8::1")));
        assertTrue(list(List.of("10.0.0.0/8"), List.of()).admits(InetAddress.getByName("::1")));
        assertTrue(AccessList.EVERYBODY.admits(InetAddress.getByName("192.0.2.1")));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void findsWhatLookingAtEachNetworkWould(long seed) throws Exception {
        Random random = new Random(seed);
        List<Cidr> networks = new ArrayList<>();
        for (int i = random.nextInt(40); i >= 0; i--) {
            networks.add(network(address(random), random));
        }
        AddressRanges ranges = new AddressRanges(networks);

        for (int i = 0; i < 500; i++) {
            InetAddress address = address(random);
            boolean expected = networks.stream().anyMatch(network -> network.contains(address));
            assertEquals(expected, ranges.contains(address), () -> "seed " + seed + ": " + address + " in " + networks);
        }
    }

    private static LongStream seeds() {
        return LongStream.rangeClosed(1, 100);
    }

    /** Few different ones, so that networks lie in each other and addresses in networks. */
    private static InetAddress address(Random random) throws Exception {
        byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
        for (int i = 0; i < 3; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) (0x60 * random.nextInt(4));
        }
        return InetAddress.getByAddress(bytes);
    }

    private static Cidr network(InetAddress address, Random random) {
        int prefixBits = random.nextInt(8 * address.getAddress().length + 1);
        try {
            return Cidr.parse(address.getHostAddress() + '/' + prefixBits);
        } catch (IllegalArgumentException e) {
            return Cidr.parse(e.getMessage().replaceAll(".* is written ([^,]*),.*", "$1"));
        }
    }

    private static AccessList list(List<String> denied, List<String> allowed) {
        return new AccessList(
                denied.stream().map(Cidr::parse).toList(),
                allowed.stream().map(Cidr::parse).toList());
    }
}
