package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerNodesTest {
    private static final long SECOND_NS = 1_000_000_000;

    private final ServerNodes nodes = new ServerNodes();
    private final InetAddress first = address(1);
    private final InetAddress second = address(2);
    private final InetAddress third = address(3);
    private final List<InetAddress> all = List.of(first, second, third);

    @Test
    void theResolversOrderHoldsWhileAllAreWell() {
        assertEquals(all, nodes.inOrder(all, 0));
    }

    @Test
    void whoAskedForTimeOrDidNotAnswerComesLastUntilThen() {
        nodes.leave(first, Duration.ofSeconds(2), 0);
        nodes.avoid(second, Duration.ofSeconds(10), 0);

        assertEquals(List.of(third, first, second), nodes.inOrder(all, SECOND_NS));
        assertEquals(SECOND_NS, nodes.askedForNs(first, SECOND_NS));
        assertEquals(0, nodes.askedForNs(second, SECOND_NS), "nobody waits for one that only failed");
        assertEquals(List.of(first, third, second), nodes.inOrder(all, 3 * SECOND_NS));
        assertEquals(all, nodes.inOrder(all, 10 * SECOND_NS));
    }

    @Test
    void anAddressThatTheNameHasLostIsForgotten() {
        nodes.leave(first, Duration.ofSeconds(60), 0);
        nodes.inOrder(List.of(second), SECOND_NS);

        assertEquals(0, nodes.askedForNs(first, SECOND_NS));
    }

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
