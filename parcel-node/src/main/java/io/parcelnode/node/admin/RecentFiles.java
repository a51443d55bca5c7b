package io.parcelnode.node.admin;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The last files that were asked for, as many as fit. Thread-safe. */
final class RecentFiles {
    private final int entriesMax;
    // Guarded by this; the latest first.
    private final ArrayDeque<RecentFile> entries = new ArrayDeque<>();

    /**
     * What somebody wants to see.
     *
     * @param file part of the id, in whatever case; empty for any
     * @param client how the address begins; empty for any
     * @param results wanted; empty for any
     */
    record Filter(String file, String client, Set<String> results, int countMax) {
        boolean accepts(RecentFile entry) {
            return (file.isEmpty() || entry.file().toLowerCase(Locale.ROOT).contains(file.toLowerCase(Locale.ROOT)))
                    && entry.client().startsWith(client)
                    && (results.isEmpty() || results.contains(entry.result()));
        }
    }

    /** @param matching how many there are in all, of which {@code entries} are the latest */
    record Found(List<RecentFile> entries, int matching) {}

    RecentFiles(int entriesMax) {
        this.entriesMax = entriesMax;
    }

    synchronized void add(RecentFile entry) {
        entries.addFirst(entry);
        if (entries.size() > entriesMax) {
            entries.removeLast();
        }
    }

    /** What is older than all that is here, the latest first. */
    synchronized void recall(List<RecentFile> earlier) {
        for (RecentFile entry : earlier) {
            if (entries.size() >= entriesMax) {
                return;
            }
            entries.addLast(entry);
        }
    }

    synchronized Found find(Filter filter) {
        List<RecentFile> found = new ArrayList<>();
        int matching = 0;
        for (Iterator<RecentFile> all = entries.iterator(); all.hasNext(); ) {
            RecentFile entry = all.next();
            if (filter.accepts(entry)) {
                matching++;
                if (found.size() < filter.countMax()) {
                    found.add(entry);
                }
            }
        }
        return new Found(found, matching);
    }
}
