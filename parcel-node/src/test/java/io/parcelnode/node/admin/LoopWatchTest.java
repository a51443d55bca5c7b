package io.parcelnode.node.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoopWatchTest {
    private final AtomicLong nowNs = new AtomicLong(1_000_000_000);
    private CompletableFuture<Void> turn = new CompletableFuture<>();
    private final LoopWatch loop = new LoopWatch(() -> turn, nowNs::get);

    @Test
    void silenceGrowsWhileATurnIsOwed() {
        assertEquals(0, loop.silenceNs());
        loop.touch();
        nowNs.addAndGet(20);
        loop.touch();
        assertEquals(20, loop.silenceNs());
        turn.complete(null);
        assertEquals(0, loop.silenceNs());
        turn = new CompletableFuture<>();
        loop.touch();
        nowNs.addAndGet(3);
        assertEquals(3, loop.silenceNs());
    }

    @Test
    void saysHowLongATurnTook() throws Exception {
        loop.touch();
        nowNs.addAndGet(2_500_000);
        turn.complete(null);
        turn = CompletableFuture.completedFuture(null);
        assertTrue(loop.look().startsWith("comes round in "));
    }

    @Test
    void aLoopThatHasEndedIsSaidSo() {
        turn.completeExceptionally(new ClosedChannelException());
        IOException e = assertThrows(IOException.class, loop::look);
        assertTrue(e.getMessage().contains("has ended"), e::getMessage);
    }
}
