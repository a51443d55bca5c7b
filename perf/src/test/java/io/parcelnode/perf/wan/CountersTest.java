package io.parcelnode.perf.wan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Figures out of what the kernel and the link program print. */
final class CountersTest {

    @Test
    void theWayOfTheDataIsTakenFromTheLinksAccount() {
        assertEquals(
                new LinkCounters(56_141, 49, 7_270, 46_325, 69_463_930),
                LinkCounters.parse(List.of(
                        "some warning",
                        "A->B seen 56141 lost 49 overflow 7270 delivered 46325 bytes 69463930 refused 0",
                        "B->A seen 22768 lost 0 overflow 0 delivered 22609 bytes 1660896 refused 0")));
        assertNull(LinkCounters.parse(List.of("no account")));
    }

    @Test
    void interfacesAreSummedWithoutLoopback() {
        String text = "Inter-|   Receive                |  Transmit\n"
                + " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs\n"
                + "    lo:  999   1    0    0    0     0          0         0      999       1    0    0    0     0       0 0\n"
                + "  wan0: 69243430   46178    0    0    0     0   0   0  1668640   22768    0    0    0     0       0   0\n"
                + "  eth1:10 1 0 0 0 0 0 0 20 1 0 0 0 0 0 0\n";

        assertEquals(new InterfaceBytes(69_243_440, 1_668_660), InterfaceBytes.parse(text));
    }

    @Test
    void cpuTimeIsReadPastAnyProgramName() {
        String stat = "77 (a) b (c) S 1 77 77 0 -1 4194304 1 2 3 4 250 50 1000 200 20 0 1 0 5 6 7";

        assertEquals(15.0, CpuTime.parseSeconds(stat));
    }

    @Test
    void aListeningTcpPortIsToldFromAConnectedOne() {
        String head = "  sl  local_address rem_address   st tx_queue rx_queue\n";
        String listening = "   0: 00000000:2328 00000000:0000 0A 00000000:00000000 00:00000000\n";
        String connected = "   0: 0100007F:2328 0100007F:1234 01 00000000:00000000 00:00000000\n";
        String datagrams = " 42: 0102C80A:2328 00000000:0000 07 00000000:00000000 00:00000000\n";

        assertTrue(Programs.isListening(head + connected + listening, 9000));
        assertTrue(Programs.isListening(head + datagrams, 9000));
        assertFalse(Programs.isListening(head + connected, 9000));
        assertFalse(Programs.isListening(head + listening, 9001));
    }
}
