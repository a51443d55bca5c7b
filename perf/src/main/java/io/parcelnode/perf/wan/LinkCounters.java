package io.parcelnode.perf.wan;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the link counted on the way of the data, from left to right, in packets and delivered IP bytes. */
record LinkCounters(long seen, long lost, long queueDropped, long delivered, long deliveredBytes) {
    private static final Pattern LINE =
            Pattern.compile("A->B seen (\\d+) lost (\\d+) overflow (\\d+) delivered (\\d+) bytes (\\d+)\\b.*");

    /** Null when none of the lines is the program's account. */
    static LinkCounters parse(List<String> lines) {
        for (String line : lines) {
            Matcher matcher = LINE.matcher(line.strip());
            if (matcher.matches()) {
                return new LinkCounters(
                        Long.parseLong(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        Long.parseLong(matcher.group(3)),
                        Long.parseLong(matcher.group(4)),
                        Long.parseLong(matcher.group(5)));
            }
        }
        return null;
    }
}
