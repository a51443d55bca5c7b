package io.parcelnode.node.get;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is still wanted, what is being downloaded, and how the rest ended. Thread-safe. */
final class WorkList {
    private final ArrayDeque<Download> wanted = new ArrayDeque<>();
    private final Set<Download> active = new LinkedHashSet<>();
    private final List<Outcome> outcomes = new ArrayList<>();

    synchronized void add(Download download) {
        wanted.add(download);
    }

    synchronized boolean isEmpty() {
        return wanted.isEmpty() && active.isEmpty();
    }

    /** The next one to open, null if there is none. */
    synchronized Download take() {
        Download download = wanted.poll();
        if (download != null) {
            active.add(download);
        }
        return download;
    }

    /** It was not finished; it comes next again. */
    synchronized void putBack(Download download) {
        active.remove(download);
        wanted.addFirst(download);
    }

    synchronized List<Download> takeAll() {
        List<Download> all = new ArrayList<>(active);
        all.addAll(wanted);
        active.clear();
        wanted.clear();
        return all;
    }

    synchronized void done(Outcome outcome) {
        active.remove(outcome.download());
        outcomes.add(outcome);
    }

    synchronized Collection<Download> active() {
        return List.copyOf(active);
    }

    synchronized List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    /** Bytes received for all files so far; grows with progress. */
    synchronized long receivedBytes() {
        long sum = 0;
        for (Download download : active) {
            sum += download.fetchedBytes();
        }
        for (Download download : wanted) {
            sum += download.fetchedBytes();
        }
        for (Outcome outcome : outcomes) {
            sum += outcome.download().fetchedBytes() + 1; // An empty file is progress as well.
        }
        return sum;
    }
}
