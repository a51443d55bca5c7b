package io.parcelnode.node.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parcelnode.node.admin.ClientSession.Figures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the page asks for once a second, and when somebody filters. However many files and clients there are, an answer
 * lists a hundred; it tells how many there are in all.
 */
final class PageData {
    private static final int ROWS_MAX = 100;
    private static final int FILTER_MAX_CHARS = 200;
    private static final int HISTORY_DEFAULT = 50;
    private static final int HISTORY_MAX = 200;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Sampler sampler;
    private final RecentFiles recent;
    private final Supplier<ObjectNode> health;
    private final Consumer<ObjectNode> serverFigures;
    // Guarded by this: one answer serves all who ask within a second.
    private Sampler.Sample written;
    private byte[] text;

    private record FileRow(String client, FileProgress.Figures file, long rttMicros) {}

    /**
     * @param health as of now, without waiting
     * @param serverFigures adds what the server itself knows
     */
    PageData(Sampler sampler, RecentFiles recent, Supplier<ObjectNode> health, Consumer<ObjectNode> serverFigures) {
        this.sampler = sampler;
        this.recent = recent;
        this.health = health;
        this.serverFigures = serverFigures;
    }

    synchronized Answer live(Map<String, String> query) throws JsonProcessingException {
        Sampler.Sample sample = sampler.latest();
        if (sample != written) {
            text = MAPPER.writeValueAsBytes(live(sample));
            written = sample;
        }
        return Answer.json(200, text);
    }

    /** The last five minutes, for a page that has just been opened. */
    Answer moments(Map<String, String> query) throws JsonProcessingException {
        ObjectNode json = MAPPER.createObjectNode();
        ArrayNode list = json.putArray("moments");
        sampler.moments().forEach(moment -> write(list.addObject(), moment));
        return Answer.json(200, MAPPER.writeValueAsBytes(json));
    }

    Answer history(Map<String, String> query) throws JsonProcessingException {
        String results = text(query, "result");
        Set<String> wanted = results.isEmpty() ? Set.of() : Set.of(results);
        int countMax = count(query);
        RecentFiles.Found found =
                recent.find(new RecentFiles.Filter(text(query, "file"), text(query, "client"), wanted, countMax));
        ObjectNode json = MAPPER.createObjectNode();
        json.put("matching", found.matching());
        ArrayNode list = json.putArray("files");
        for (RecentFile file : found.entries()) {
            ObjectNode entry = list.addObject();
            entry.put("started", file.startMs());
            entry.put("ended", file.endMs());
            entry.put("file", file.file());
            entry.put("client", file.client());
            entry.put("size", file.sizeBytes());
            entry.put("served", file.servedBytes());
            entry.put("result", file.result());
            entry.put("reason", file.reason());
            entry.put("rtt_ms", file.rttMicros() == 0 ? null : (Double) (file.rttMicros() / 1e3));
            entry.put("sent_again", file.sentAgain());
        }
        return Answer.json(200, MAPPER.writeValueAsBytes(json));
    }

    private ObjectNode live(Sampler.Sample sample) {
        ObjectNode json = MAPPER.createObjectNode();
        write(json.putObject("moment"), sample.moment());
        json.set("health", health.get());
        serverFigures.accept(json.putObject("server"));
        List<FileRow> files = new ArrayList<>();
        for (Figures session : sample.sessions()) {
            for (FileProgress.Figures file : session.files()) {
                files.add(new FileRow(session.client(), file, session.rttMicros()));
            }
        }
        files.sort(Comparator.comparingLong((FileRow row) -> row.file().startedMs())
                .thenComparing(row -> row.file().file()));
        json.put("files_open", files.size());
        ArrayNode fileList = json.putArray("files");
        files.stream().limit(ROWS_MAX).forEach(row -> {
            ObjectNode entry = fileList.addObject();
            entry.put("file", row.file().file());
            entry.put("client", row.client());
            entry.put("started", row.file().startedMs());
            entry.put("size", row.file().sizeBytes());
            entry.put("served", row.file().servedBytes());
            entry.put("bit_s", Math.round(row.file().bitsPerSecond()));
            entry.put("streams", row.file().streams());
            entry.put("rtt_ms", row.rttMicros() == 0 ? null : (Double) (row.rttMicros() / 1e3));
        });
        writeClients(json, sample.sessions());
        return json;
    }

    /** Sessions of one address are one client. */
    private static void writeClients(ObjectNode json, List<Figures> sessions) {
        Map<String, List<Figures>> byClient = new TreeMap<>();
        sessions.forEach(session -> byClient.computeIfAbsent(session.client(), client -> new ArrayList<>())
                .add(session));
        json.put("clients_connected", byClient.size());
        ArrayNode list = json.putArray("clients");
        Comparator<Map.Entry<String, List<Figures>>> fastest =
                Comparator.comparingDouble(client -> -client.getValue().stream()
                        .mapToDouble(Figures::deliveredBitsPerSecond)
                        .sum());
        byClient.entrySet().stream().sorted(fastest).limit(ROWS_MAX).forEach(client -> {
            List<Figures> of = client.getValue();
            long packets = of.stream().mapToLong(Figures::packetsSent).sum();
            long packetsAgain = of.stream().mapToLong(Figures::packetsSentAgain).sum();
            long rttMicros = of.stream().mapToLong(Figures::rttMicros).max().orElse(0);
            ObjectNode entry = list.addObject();
            entry.put("client", client.getKey());
            entry.put("sessions", of.size());
            entry.put(
                    "files",
                    of.stream().mapToInt(session -> session.files().size()).sum());
            entry.put("since", of.stream().mapToLong(Figures::startedMs).min().orElse(0));
            entry.put(
                    "bit_s",
                    Math.round(of.stream()
                            .mapToDouble(Figures::deliveredBitsPerSecond)
                            .sum()));
            entry.put(
                    "delivered", of.stream().mapToLong(Figures::bytesDelivered).sum());
            entry.put("rtt_ms", rttMicros == 0 ? null : (Double) (rttMicros / 1e3));
            entry.put("sent_again", Moment.share(packetsAgain, packets));
        });
    }

    private static void write(ObjectNode json, Moment moment) {
        json.put("at", moment.atMs());
        json.put("delivered_bit_s", Math.round(moment.deliveredBitsPerSecond()));
        json.put("sent_bit_s", Math.round(moment.sentBitsPerSecond()));
        json.put("rtt_ms", moment.rttMs());
        json.put("rtt_max_ms", moment.rttMaxMs());
        json.put("sent_again", moment.sentAgain());
    }

    private static String text(Map<String, String> query, String name) {
        String text = query.getOrDefault(name, "").strip();
        if (text.length() > FILTER_MAX_CHARS) {
            throw new IllegalArgumentException(
                    name + " has " + text.length() + " characters; the most is " + FILTER_MAX_CHARS);
        }
        return text;
    }

    private static int count(Map<String, String> query) {
        String text = query.getOrDefault("count", String.valueOf(HISTORY_DEFAULT));
        if (!text.matches("\\d{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > HISTORY_MAX) {
            throw new IllegalArgumentException("count is not a number from 1 to " + HISTORY_MAX);
        }
        return Integer.parseInt(text);
    }
}
