package io.parcelnode.node.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.limits.NodeShares.Claim;
import io.parcelnode.node.limits.NodeShares.Others;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NodeSharesTest {
    private static final long CAP = 100_000;
    private static final long ALL = RateCaps.UNLIMITED;

    private long nowNs;
    private final NodeShares shares = new NodeShares(() -> nowNs);

    @Test
    void aloneThereIsAllOfACap() {
        assertEquals(CAP, most(ALL));
        shares.heard(new Others(1, Map.of("other", new long[] {CAP}), nowNs));
        assertEquals(CAP, most(ALL), "the other server has another client");
        assertEquals(CAP, most(1), "so may want more the next moment");
    }

    @Test
    void whatAClientDoesNotWantElsewhereItHasHere() {
        hear(CAP);
        assertEquals(CAP / 2, most(ALL));
        hear(CAP / 10);
        assertEquals(CAP - CAP / 10, most(ALL));
        hear(CAP, CAP);
        assertEquals(CAP / 3, most(ALL));
        hear(ALL);
        assertEquals(CAP / 2, most(ALL), "the other server has another idea of the cap");
    }

    @Test
    void whatOthersHaveSaidHoldsForAWhileAndThenPartsAreEven() {
        hear(CAP / 10);
        nowNs += NodeShares.TRUST.toNanos();
        assertEquals(CAP - CAP / 10, most(ALL));
        nowNs++;
        assertEquals(CAP / 2, most(ALL));
        assertEquals(CAP / 2, shares.mostBits(new Claim("new", CAP, ALL)), "of those, too, who come meanwhile");
        hear(CAP / 10);
        assertEquals(CAP - CAP / 10, most(ALL));
    }

    @Test
    void tellsOfThoseWhoNearTheirCapAlone() {
        shares.tell(List.of(
                new Claim("idle", CAP, CAP / 21),
                new Claim("busy", CAP, CAP / 20),
                new Claim("greedy", CAP, ALL),
                new Claim("none", 10, 0)));
        assertEquals(Map.of("busy", CAP / 20, "greedy", CAP), shares.told());
    }

    @Test
    void tellsOfSoManyAtMostTheNeediestFirst() {
        List<Claim> claims = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            claims.add(new Claim("client-" + i, CAP, 10_000 + i));
        }
        shares.tell(claims);
        assertEquals(10_000, shares.told().size());
        assertEquals(
                20_000,
                shares.told().values().stream().mapToLong(bits -> bits).min().orElseThrow());
    }

    /** All have heard of each other: then they give all that is wanted or the cap, and never more. */
    @ParameterizedTest
    @MethodSource("seeds")
    void serversTogetherGiveTheCap(long seed) {
        Random random = new Random(seed);
        long cap = 100_000 + random.nextInt(1_000_000);
        long[] wanted = random.longs(2 + random.nextInt(5), 1, 2 * cap).toArray();
        long given = 0;
        for (int i = 0; i < wanted.length; i++) {
            long[] elsewhere = new long[wanted.length - 1];
            System.arraycopy(wanted, 0, elsewhere, 0, i);
            System.arraycopy(wanted, i + 1, elsewhere, i, elsewhere.length - i);
            NodeShares node = new NodeShares(() -> 0);
            node.heard(new Others(elsewhere.length, Map.of("client", elsewhere), 0));
            given += Math.min(wanted[i], node.mostBits(new Claim("client", cap, wanted[i])));
        }
        long sought = LongStream.of(wanted).map(bits -> Math.min(cap, bits)).sum();
        long all = given;
        assertTrue(all <= cap && all > Math.min(cap, sought) - wanted.length, () -> all + " of " + cap + ", " + sought);
    }

    private void hear(long... elsewhere) {
        shares.heard(new Others(1, Map.of("client", elsewhere), nowNs));
    }

    private long most(long wanted) {
        return shares.mostBits(new Claim("client", CAP, wanted));
    }

    private static LongStream seeds() {
        return LongStream.rangeClosed(1, 300);
    }
}
