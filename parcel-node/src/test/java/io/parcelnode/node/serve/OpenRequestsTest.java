package io.parcelnode.node.serve;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.limits.AccessList;
import io.parcelnode.node.limits.ClientBounds;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.FileOpening;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpenRequestsTest {
    private static final int ANY = Integer.MAX_VALUE;

    private final AdmissionFigures figures = new AdmissionFigures();
    private ClientBounds bounds = new ClientBounds(ANY, ANY, ANY, ANY, AccessList.EVERYBODY);
    private final OpenRequests requests = new OpenRequests(() -> bounds, figures);

    @Test
    void aClientHasSoManyOpenOverAllItsSessions() throws Exception {
        bounds = new ClientBounds(ANY, ANY, ANY, 3, AccessList.EVERYBODY);
        OpenRequests.Guest one = requests.guest("client");
        OpenRequests.Guest two = requests.guest("client");
        Runnable first = one.enter(null);
        one.enter("token");
        two.enter(null);

        RequestFailedException refusal = assertThrows(RequestFailedException.class, () -> two.enter(null));
        assertEquals(FailureKind.BUSY, refusal.kind());
        assertEquals(Duration.ofSeconds(5), refusal.retryAfter());
        assertTrue(refusal.getMessage().endsWith("come back in 5 s"), refusal::getMessage);
        assertDoesNotThrow(() -> requests.guest("another").enter(null));
        assertEquals(1, turnedAway("CLIENT_REQUESTS"));

        first.run();
        first.run();
        Runnable second = two.enter(null);
        assertThrows(RequestFailedException.class, () -> one.enter(null), "the first gave back one place, not two");
        second.run();
        bounds = new ClientBounds(ANY, ANY, ANY, 10, AccessList.EVERYBODY);
        for (int i = 0; i < 8; i++) {
            one.enter(null);
        }
        assertThrows(RequestFailedException.class, () -> one.enter(null));
    }

    @Test
    void aTokenIsUsedOnSoManySessionsWhoeverHasThem() throws Exception {
        bounds = new ClientBounds(ANY, ANY, 2, ANY, AccessList.EVERYBODY);
        OpenRequests.Guest one = requests.guest("here");
        OpenRequests.Guest two = requests.guest("there");
        OpenRequests.Guest three = requests.guest("elsewhere");
        Runnable first = one.enter("secret");
        one.enter("secret");
        Runnable second = two.enter("secret");

        RequestFailedException refusal = assertThrows(RequestFailedException.class, () -> three.enter("secret"));
        assertFalse(refusal.getMessage().contains("secret"), refusal::getMessage);
        three.enter("another");
        three.enter(null);
        assertEquals(1, turnedAway("TOKEN_SESSIONS"));

        second.run();
        assertThrows(RequestFailedException.class, () -> three.enter("secret"), "a pause gives up no place");
        two.enter("renewed");
        three.enter("secret");
        assertThrows(RequestFailedException.class, () -> two.enter("secret"));
        first.run();
        one.enter("renewed");
        assertThrows(RequestFailedException.class, () -> two.enter("secret"), "one request of the first is still open");
    }

    @Test
    void aSessionThatEndsGivesUpItsTokenWithTheLastOfItsRequests() throws Exception {
        bounds = new ClientBounds(ANY, ANY, 1, ANY, AccessList.EVERYBODY);
        OpenRequests.Guest one = requests.guest("here");
        OpenRequests.Guest two = requests.guest("there");
        Runnable first = one.enter("secret");
        one.close();
        assertThrows(RequestFailedException.class, () -> two.enter("secret"));
        first.run();
        two.enter("secret").run();
        two.close();
        assertDoesNotThrow(() -> requests.guest("again").enter("secret"));
    }

    /** Whichever way a request ends. */
    @Test
    void whatIsOverGivesBackItsPlace() throws Exception {
        bounds = new ClientBounds(ANY, ANY, ANY, 1, AccessList.EVERYBODY);
        OpenRequests.Guest guest = requests.guest("client");
        OpenRequest request = new OpenRequest("x", "token");
        BoundedFiles good = new BoundedFiles(new MemoryFiles(new byte[10], "v"), guest);
        FileProvider absent = asked -> {
            throw new RequestFailedException(FailureKind.NOT_FOUND, 0, "no such file");
        };
        BoundedFiles bad = new BoundedFiles(absent, guest);
        for (int i = 0; i < 2; i++) {
            ServedFile file = good.open(request);
            assertThrows(RequestFailedException.class, () -> good.open(request));
            FileOpening late = good.begin(request);
            assertEquals(FailureKind.BUSY, kind(late));
            file.close();

            FileOpening opening = good.begin(request);
            assertThrows(RequestFailedException.class, () -> good.open(request));
            opening.cancel();

            opening = good.begin(request);
            opening.open().close();

            assertEquals(FailureKind.NOT_FOUND, kind(bad.begin(request)));
            assertThrows(RequestFailedException.class, () -> bad.open(request));
        }
    }

    private static FailureKind kind(FileOpening opening) throws IOException {
        return assertThrows(RequestFailedException.class, opening::open).kind();
    }

    private long turnedAway(String reason) {
        Map<String, Long> counts = new HashMap<>();
        figures.turnedAway(counts::put);
        return counts.get(reason);
    }
}
