package io.parcelnode.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1:9",
        "::1, [::1]:9",
        "::, [::]:9",
        "2001:db8:0:0:1:0:0:0, [2001:db8:0:0:1::]:9",
        "fe80::1:0:2, [fe80::1:0:2]:9",
        "1:2:3:4:5:6:7:8, [1:2:3:4:5:6:7:8]:9",
        "1:0:3:4:5:6:7:0, [1:0:3:4:5:6:7:0]:9"
    })
    void showsAnAddressWithItsPort(String address, String shown) throws Exception {
        assertEquals(shown, Addresses.text(new InetSocketAddress(InetAddress.getByName(address), 9)));
    }

    @ParameterizedTest
    @CsvSource({
        "Data.Example.ORG, data.example.org:9",
        "[::1], [::1]:9",
        "0:0::1, [::1]:9",
        "[2001:DB8::1], [2001:db8::1]:9",
        "no:address, [no:address]:9"
    })
    void oneServerHasOneKey(String host, String key) {
        assertEquals(key, Addresses.key(host, 9));
    }

    @Test
    void takesOnlyTheBracketsOfAnAddressAway() {
        assertEquals("::1", Addresses.withoutBrackets("[::1]"));
        assertEquals("[host]", Addresses.withoutBrackets("[host]"));
        assertEquals("::1", Addresses.withoutBrackets("::1"));
    }
}
