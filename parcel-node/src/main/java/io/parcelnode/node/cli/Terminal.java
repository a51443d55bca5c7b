package io.parcelnode.node.cli;

import java.io.Console;

/** Whether a person is looking. */
public final class Terminal {
    private Terminal() {}

    /** The console of a person at a terminal, else null. From JDK 22 on a console exists without a terminal, too. */
    public static Console console() {
        Console console = System.console();
        if (console == null) {
            return null;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console) ? console : null;
        } catch (ReflectiveOperationException e) {
            return console; // An older JDK has a console only at a terminal.
        }
    }
}
