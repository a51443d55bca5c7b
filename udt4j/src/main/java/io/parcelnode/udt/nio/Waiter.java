package io.parcelnode.udt.nio;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Where one application thread waits for the loop. The loop pays for a wake-up only when somebody waits. */
final class Waiter {
    private volatile Thread thread;
    // Published by the write of thread.
    private BooleanSupplier condition;

    /** Returns when {@code ready} holds; the caller holds the lock that makes it the only one here. */
    void await(BooleanSupplier ready, UdtChannel channel) throws IOException {
        condition = ready;
        thread = Thread.currentThread();
        // Pairs with the fence below: either we see what the loop has published or it sees us waiting.
        VarHandle.fullFence();
        try {
            while (!ready.getAsBoolean()) {
                LockSupport.park(this);
                if (Thread.currentThread().isInterrupted()) {
                    channel.onInterrupted();
                }
            }
        } finally {
            thread = null;
        }
        channel.onWoken();
    }

    void wakeIfReady() {
        VarHandle.fullFence();
        Thread waiting = thread;
        if (waiting != null && condition.getAsBoolean()) {
            LockSupport.unpark(waiting);
        }
    }

    void wake() {
        LockSupport.unpark(thread);
    }
}
