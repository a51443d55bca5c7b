package io.parcelnode.node.limits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.1.2, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "192.0.2.128/25, 192.0.2.200, true",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::/0, 2001:db8::1, true",
        "::/0, 10.0.0.1, false",
        "::1, ::1, true",
    })
    void knowsItsAddresses(String network, String address, boolean contained) throws Exception {
        assertEquals(contained, Cidr.parse(network).contains(InetAddress.getByName(address)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.0/33 | has a prefix of 33 bits, of 32",
                "::/129 | has a prefix of 129 bits, of 128",
                "10.1.0.0/8 | the network is written 10.0.0.0/8",
                "2001:db8::1/32 | the network is written 2001:db8::/32",
                "10.0 | is not a network",
                "10.0.0.256/32 | is not a network",
                "10.0.0.0/ | is not a network",
                "10.0.0.0/-1 | is not a network",
                "localhost | is not a network",
                "localhost/8 | is not a network",
                "fe80::1%lo | is not a network",
                "1::2::3 | is not a network",
                "'' | is not a network",
            })
    void saysWhatIsWrong(String text, String sentence) {
        String told = assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text))
                .getMessage();

        assertTrue(told.contains(sentence), told);
    }

    @Test
    void goesFromItsFirstToItsLastAddress() throws Exception {
        Cidr network = Cidr.parse(" 10.32.0.0/11 ");

        assertEquals("10.32.0.0/11", network.toString());
        assertArrayEquals(InetAddress.getByName("10.32.0.0").getAddress(), network.firstBytes());
        assertArrayEquals(InetAddress.getByName("10.63.255.255").getAddress(), network.lastBytes());
        assertEquals("2001:db8::/32", Cidr.parse("2001:DB8:0::/32").toString());
    }
}
