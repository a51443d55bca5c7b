package io.parcelnode.node.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressPolicyTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "127.9.9.9, true",
        "0.0.0.0, true",
        "0.1.2.3, true",
        "10.0.0.1, true",
        "100.64.0.1, true",
        "100.127.255.255, true",
        "100.128.0.1, false",
        "169.254.169.254, true",
        "172.16.0.1, true",
        "172.31.255.255, true",
        "172.32.0.1, false",
        "192.168.1.1, true",
        "192.0.0.8, true",
        "198.18.0.1, true",
        "224.0.0.1, true",
        "255.255.255.255, true",
        "8.8.8.8, false",
        "193.0.6.139, false",
        "::1, true",
        "::, true",
        "fe80::1, true",
        "fc00::1, true",
        "fdff::1, true",
        "ff02::1, true",
        "::ffff:10.0.0.1, true",
        "::127.0.0.1, true",
        "64:ff9b::a00:1, true",
        "64:ff9b::808:808, false",
        "2002:a00:1::1, true",
        "2002:808:808::1, false",
        "2606:4700::1111, false"
    })
    void tellsWhatLiesInside(String address, boolean internal) throws UnknownHostException {
        assertEquals(internal, AddressPolicy.isInternal(InetAddress.getByName(address)), address);
    }

    /** A name that means both is asked for at the outside only. */
    @Test
    void aNameLosesItsInternalAddresses() throws UnknownHostException {
        InetAddress inside = InetAddress.getByName("10.0.0.1");
        InetAddress outside = InetAddress.getByName("8.8.8.8");
        PublicOnlyDns both = new PublicOnlyDns(name -> List.of(inside, outside), "both", AddressPolicy::isInternal);
        assertEquals(List.of(outside), both.lookup("both"));
        assertEquals(List.of(inside, outside), both.lookup("proxy"), "what the operator has set is trusted");

        PublicOnlyDns rebound = new PublicOnlyDns(name -> List.of(inside), "bad", AddressPolicy::isInternal);
        assertThrows(PublicOnlyDns.InternalAddressException.class, () -> rebound.lookup("bad"));
    }
}
