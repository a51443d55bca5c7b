package io.parcelnode.proto;

import java.io.IOException;

/** A file on its way to being open. Thread-safe. */
public interface FileOpening {
    /**
     * Runs {@code task} once, in any thread and maybe before this returns, when {@link #open} will wait for nobody
     * else. Called at most once. After {@link #cancel} the task may run or not.
     */
    void whenReady(Runnable task);

    /** Returns the file, or throws what {@link FileProvider#open} would; waits if it must. Called at most once. */
    ServedFile open() throws IOException;

    /** Nobody wants the file any more: what has been opened and not been handed out is closed. */
    void cancel();

    /** What opens a file. */
    @FunctionalInterface
    interface Opener {
        ServedFile open() throws IOException;
    }

    /** Opens when it is asked for the file, and not before. */
    static FileOpening onItsTurn(Opener opener) {
        return new FileOpening() {
            @Override
            public void whenReady(Runnable task) {
                task.run();
            }

            @Override
            public ServedFile open() throws IOException {
                return opener.open();
            }

            @Override
            public void cancel() {}
        };
    }
}
