package io.parcelnode.node.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.parcelnode.node.cli.FileIds;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.RequestFailedException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import okhttp3.HttpUrl;

/**
 * What the operator says about files: where each is, how large, with which digests. Only what stands there is served.
 *
 * <p>A table with tabs, whose first line names the columns {@code id} and {@code url} and maybe {@code size},
 * {@code md5}, {@code sha256}, {@code filename}; or a JSON array of objects with these fields. Immutable.
 */
public final class Catalogue {
    private final Map<String, Entry> entries;

    /** @param sizeBytes -1 when not known; the others null */
    private record Entry(HttpUrl url, long sizeBytes, String md5Hex, String sha256Hex, String name) {}

    private Catalogue(Map<String, Entry> entries) {
        this.entries = entries;
    }

    /**
     * @param base what addresses that are not whole begin with
     * @throws IOException when the file cannot be read, with the line and what is wrong there
     */
    public static Catalogue read(Path file, HttpUrl base) throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (MalformedInputException e) {
            throw new IOException("it is not UTF-8 text", e);
        }
        text = text.startsWith("\uFEFF") ? text.substring(1) : text;
        Map<String, Entry> entries = new HashMap<>();
        if (text.stripLeading().startsWith("[")) {
            readJson(text, base, entries);
        } else {
            readTable(text, base, entries);
        }
        return new Catalogue(entries);
    }

    public int size() {
        return entries.size();
    }

    private static void readTable(String text, HttpUrl base, Map<String, Entry> entries) throws IOException {
        List<String> lines = text.lines().toList();
        List<String> columns =
                lines.isEmpty() ? List.of() : List.of(lines.get(0).split("\t"));
        if (!columns.contains("id") || !columns.contains("url")) {
            throw new IOException("line 1 has to name the columns id and url, with tabs between them");
        }
        for (int i = 1; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] cells = line.split("\t", -1);
                add("line " + (i + 1), name -> cell(columns, cells, name), base, entries);
            }
        }
    }

    private static void readJson(String text, HttpUrl base, Map<String, Entry> entries) throws IOException {
        int number = 0;
        for (JsonNode object : new ObjectMapper().readTree(text)) {
            number++;
            add("entry " + number, name -> object.path(name).asText("").strip(), base, entries);
        }
    }

    private static String cell(List<String> columns, String[] cells, String name) {
        int column = columns.indexOf(name);
        return column < 0 || column >= cells.length ? "" : cells[column].strip();
    }

    private static void add(String where, Function<String, String> field, HttpUrl base, Map<String, Entry> entries)
            throws IOException {
        String id = field.apply("id");
        String refusal = FileIds.refusal(id);
        require(refusal == null, where, "id", id, refusal);
        HttpUrl url = base.resolve(field.apply("url"));
        require(
                url != null && !field.apply("url").isEmpty(),
                where,
                "url",
                field.apply("url"),
                "no http or https address");
        require(
                url.username().isEmpty() && url.password().isEmpty(),
                where,
                "url",
                url.host(),
                "has a user name in it");
        String size = field.apply("size");
        require(size.matches("\\d{0,18}"), where, "size", size, "is no number of bytes");
        Entry entry = new Entry(
                url,
                size.isEmpty() ? -1 : Long.parseLong(size),
                digest(where, "md5", field.apply("md5"), 32),
                digest(where, "sha256", field.apply("sha256"), 64),
                field.apply("filename"));
        require(entries.put(id, entry) == null, where, "id", id, "stands there twice");
    }

    private static String digest(String where, String name, String text, int length) throws IOException {
        String hex = text.toLowerCase(Locale.ROOT);
        require(
                hex.isEmpty() || hex.matches("[0-9a-f]{" + length + "}"),
                where,
                name,
                text,
                "is no such digest in hex");
        return hex.isEmpty() ? null : hex;
    }

    private static void require(boolean holds, String where, String name, String value, String problem)
            throws IOException {
        if (!holds) {
            throw new IOException(where + ": " + name + " '" + FileIds.printable(value) + "': " + problem);
        }
    }

    /** Where the file is. */
    HttpUrl urlOf(String id) throws RequestFailedException {
        Entry entry = entries.get(id);
        if (entry == null) {
            throw new RequestFailedException(FailureKind.NOT_FOUND, 0, "no such file: " + FileIds.printable(id));
        }
        return entry.url;
    }

    /** What the endpoint says of the file, and what stands here; here is right. */
    FileInfo complete(String id, FileInfo told) throws RequestFailedException {
        Entry entry = entries.get(id);
        if (entry.sizeBytes >= 0 && told.sizeBytes() >= 0 && entry.sizeBytes != told.sizeBytes()) {
            throw new RequestFailedException(
                    FailureKind.UPSTREAM,
                    0,
                    "the catalogue promises " + entry.sizeBytes + " bytes but the endpoint has " + told.sizeBytes());
        }
        return new FileInfo(
                entry.name.isEmpty() ? told.name() : entry.name,
                told.sizeBytes(),
                told.validator(),
                entry.md5Hex == null ? told.md5Hex() : entry.md5Hex,
                entry.sha256Hex == null ? told.sha256Hex() : entry.sha256Hex);
    }
}
