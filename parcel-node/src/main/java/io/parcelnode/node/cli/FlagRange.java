package io.parcelnode.node.cli;

/** What numbers given as flags have to keep to. */
public final class FlagRange {
    private FlagRange() {}

    public static void require(String flag, long value, long min, long max) throws CommandException {
        require(flag + ' ' + value, value, min, max, min + ".." + max);
    }

    /**
     * @param given flag and value as people write them
     * @param range from {@code min} to {@code max}, in the same way
     */
    public static void require(String given, long value, long min, long max, String range) throws CommandException {
        if (value < min || value > max) {
            throw new CommandException(ExitCode.USAGE, given + " is outside " + range);
        }
    }
}
