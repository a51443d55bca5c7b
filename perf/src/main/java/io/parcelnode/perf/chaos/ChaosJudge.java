package io.parcelnode.perf.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.parcelnode.node.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Compares what the clients of an attempt have said and done with what must be. Used by one thread. */
final class ChaosJudge {
    private static final Pattern STACK_TRACE = Pattern.compile("(?m)^\\s+at [a-z][\\w.]+\\(");

    private final ChaosSite site;
    private final FinishedDamage damage;
    private final List<String> violations;

    /** @param violations receives a sentence for each thing that must never be */
    ChaosJudge(ChaosSite site, FinishedDamage damage, List<String> violations) {
        this.site = site;
        this.damage = damage;
        this.violations = violations;
    }

    void judge(ChaosAttempt attempt) throws IOException {
        for (ChaosClient client : attempt.clients()) {
            ClientEvents events = client.events();
            if (isLostToABusyMachine(client, events)) {
                attempt.excuse();
            } else {
                judgeEnd(attempt, client, events, codes(attempt, client, events));
            }
            judgeContents(attempt, events);
            if (!client.isVerbose()
                    && STACK_TRACE.matcher(Files.readString(client.err())).find()) {
                violations.add("a stack trace where nobody asked for one");
            }
            if (attempt.isQuiet() && attempt.hasBegunAnew() && attempt.order().promises()) {
                judgeTwins(events);
            }
        }
        violations.addAll(site.target().wrongOnes(damage));
    }

    /** What was complete before costs nothing. */
    void requireNothingFetched(ChaosAttempt attempt) throws IOException {
        for (JsonNode done : attempt.clients().get(0).events().done()) {
            Item item = Item.of(done.path("id").asText());
            if (item != null && item.isGood() && done.path("fetched").asLong() > 0) {
                violations.add(item.id() + " was complete, and has been fetched again");
            }
        }
    }

    /** A server that was lost without a fault, or never found, was there all the same, and had no time. */
    private static boolean isLostToABusyMachine(ChaosClient client, ClientEvents events) {
        int lost = ExitCode.SERVER_LOST.number();
        boolean isLost = client.exitCode() == lost
                || events.done().stream().anyMatch(done -> done.path("code").asInt() == lost);
        return isLost && !Verdicts.mayLoseServer(client.causes()) && BusyMachine.excuses();
    }

    /** How files have ended; each has to have a cause, and ends once. */
    private Map<Item, Integer> codes(ChaosAttempt attempt, ChaosClient client, ClientEvents events) {
        Map<Item, Integer> codes = new EnumMap<>(Item.class);
        for (JsonNode done : events.done()) {
            Item item = Item.of(done.path("id").asText());
            int code = done.path("code").asInt(-1);
            if (item == null || !attempt.order().items().contains(item) || codes.put(item, code) != null) {
                violations.add("a file ended that was not wanted, or a second time: " + done);
                continue;
            }
            Set<ExitCode> allowed =
                    Verdicts.ofFile(item, attempt.order(), attempt.isOutdated(), attempt.isFirst(), client.causes());
            if (allowed.stream().noneMatch(one -> one.number() == code)) {
                violations.add(item.id() + " ended with " + code + " ("
                        + done.path("reason").asText() + ") after " + client.causes() + "; allowed is " + allowed);
            }
            boolean refused = item == Item.DENIED || client.causes().contains(Fault.TOKEN_WRONG);
            if (refused && done.path("fetched").asLong() > 0) {
                violations.add("bytes of " + item.id() + " came without the right to them");
            }
        }
        return codes;
    }

    private void judgeEnd(ChaosAttempt attempt, ChaosClient client, ClientEvents events, Map<Item, Integer> codes)
            throws IOException {
        int code = client.exitCode();
        if (code == Verdicts.KILLED && client.causes().contains(Fault.KILL_CLIENT)) {
            return;
        }
        Set<Item> items = attempt.order().items();
        boolean unconnected = code == ExitCode.SERVER_LOST.number() && Verdicts.mayLoseServer(client.causes());
        if (!codes.keySet().equals(items) && !unconnected) {
            violations.add("a client ended with " + code + " after " + client.causes() + " and has told of "
                    + codes.keySet() + " only");
        } else if (codes.keySet().equals(items) && code != Verdicts.ofRun(codes.values())) {
            violations.add("a client ended with " + code + " and its files with " + codes);
        }
        Set<Item> failed = EnumSet.copyOf(items);
        codes.forEach((item, ofFile) -> {
            if (ofFile == ExitCode.OK.number()) {
                failed.remove(item);
            }
        });
        JsonNode summary = events.summary();
        if (summary.path("files").asInt() != items.size()
                || summary.path("failed").asInt() != failed.size()) {
            violations.add("the summary does not fit what has ended with " + codes + ": " + summary);
        }
        if (!Order.idsIn(client.failed()).equals(failed)) {
            violations.add("--failed lists other files than " + failed);
        }
    }

    /** What a client calls there, is there, and is the version that was wanted. */
    private void judgeContents(ChaosAttempt attempt, ClientEvents events) throws IOException {
        for (JsonNode done : events.done()) {
            Item item = Item.of(done.path("id").asText());
            if (done.path("code").asInt(-1) != ExitCode.OK.number() || item == null) {
                continue;
            }
            Path path = Path.of(done.path("path").asText());
            int version = Files.exists(path) ? site.contents().versionOf(item, Files.readAllBytes(path)) : -1;
            if (version < 0) {
                violations.add(item.id() + " was called there, and is not at " + path);
            } else if (item.isLarge()
                    && attempt.order().promises()
                    && version != attempt.order().version()) {
                violations.add(item.id() + " is not the version that the manifest promises");
            } else if (item.isLarge() && !attempt.order().promises() && version < attempt.versionBefore()) {
                violations.add("an old version of " + item.id() + " was taken for the present one");
            }
        }
    }

    /** Equal content of a manifest crosses the network once. */
    private void judgeTwins(ClientEvents events) {
        Map<Item, Integer> fetched = new HashMap<>();
        for (JsonNode done : events.done()) {
            Item item = Item.of(done.path("id").asText());
            if (item != null
                    && done.path("fetched").asLong() > 0
                    && fetched.merge(item.original(), 1, Integer::sum) > 1) {
                violations.add("the content of " + item.id() + " was fetched twice");
            }
        }
    }
}
