package io.parcelnode.node.limits;

import io.parcelnode.node.serve.LiveSession;
import io.parcelnode.node.serve.LiveThings;
import io.parcelnode.node.serve.LiveTransfer;
import io.parcelnode.node.serve.TransferResult;
import io.parcelnode.node.testing.Await;
import io.parcelnode.proto.OpenRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class RateLimitsTest {
    private static final long ANY = RateCaps.UNLIMITED;
    private static final long CAP = 10_000_000;
    private static final RateCaps TOKENS = new RateCaps(ANY, ANY, CAP, List.of());

    private final AtomicLong firstBits = new AtomicLong();
    private final AtomicLong secondBits = new AtomicLong();
    private final LiveSession first = session("192.0.2.1", firstBits);
    private final LiveSession second = session("2001:db8::1", secondBits);

    @Test
    void sessionsStandUnderTheCapOfATokenWhileItsRequestsAreOpen() throws Exception {
        try (RateLimits limits = new RateLimits(TOKENS)) {
            limits.onSessionStarted(first);
            limits.onSessionStarted(second);
            LiveTransfer one = request(first, "shared");
            LiveTransfer two = request(second, "shared");
            LiveTransfer open = request(second, null);
            limits.onTransferStarted(one);
            Await.until("the first has all of it", () -> firstBits.get() == CAP);
            limits.onTransferStarted(open);
            limits.onTransferStarted(two);
            Await.until("they share", () -> firstBits.get() == CAP / 2 && secondBits.get() == CAP / 2);

            limits.onTransferEnded(two, TransferResult.COMPLETE, null);
            Await.until("the second has no token", () -> firstBits.get() == CAP && secondBits.get() == 0);
            limits.onTransferStarted(request(second, "another"));
            Await.until("nor has the first that one", () -> firstBits.get() == CAP && secondBits.get() == CAP);

            limits.onSessionEnded(second, null);
            limits.onTransferEnded(one, TransferResult.COMPLETE, null);
            Await.until("nobody has a token", () -> firstBits.get() == 0);
        }
    }

    @Test
    void capsThatComeHoldForSessionsThatAreThere() throws Exception {
        try (RateLimits limits = new RateLimits(RateCaps.NONE)) {
            limits.onSessionStarted(first);
            limits.onTransferStarted(request(first, "token"));
            limits.caps(TOKENS);
            Await.until("the token's", () -> firstBits.get() == CAP);
            limits.caps(new RateCaps(ANY, ANY, ANY, List.of(new NetworkCap(Cidr.parse("192.0.2.0/24"), CAP / 4))));
            Await.until("its network's", () -> firstBits.get() == CAP / 4);
            limits.caps(RateCaps.NONE);
            Await.until("none", () -> firstBits.get() == 0);
        }
    }

    private static LiveTransfer request(LiveSession session, String token) {
        return LiveThings.transfer(session, new OpenRequest("x", token), Instant.EPOCH);
    }

    private static LiveSession session(String address, AtomicLong bits) {
        try {
            return LiveThings.limited(InetAddress.getByName(address), bits::set);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
