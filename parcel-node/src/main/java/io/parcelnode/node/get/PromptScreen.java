package io.parcelnode.node.get;

import io.parcelnode.node.cli.CommandException;
import java.io.IOException;

/** What the prompt's verbs need of the terminal. */
interface PromptScreen {
    void say(String line);

    /** @return what was typed, null if nothing will be */
    String ask(String question);

    /** The same without showing or remembering it. */
    String askHidden(String question);

    /** Runs {@code task}; Ctrl-C meanwhile means {@code onInterrupt}. */
    void interruptible(Runnable onInterrupt, Task task) throws CommandException, IOException, InterruptedException;

    /** Something that takes its time. */
    interface Task {
        void run() throws CommandException, IOException, InterruptedException;
    }
}
