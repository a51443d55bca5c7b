package io.parcelnode.node.get;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Ids from a GDC manifest, a table with tabs whose first line names a column {@code id}, or from a plain list. */
final class Manifest {
    private Manifest() {}

    static List<String> readIds(Path file) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (MalformedInputException e) {
            throw new IOException("it is not UTF-8 text", e);
        }
        if (!lines.isEmpty() && lines.get(0).startsWith("\uFEFF")) {
            lines.set(0, lines.get(0).substring(1));
        }
        int column = lines.isEmpty() ? -1 : List.of(lines.get(0).split("\t")).indexOf("id");
        List<String> ids = new ArrayList<>();
        for (int i = column < 0 ? 0 : 1; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] cells = line.split("\t", -1);
            if (column >= cells.length) {
                throw new IOException("line " + (i + 1) + " has no value in column 'id'");
            }
            ids.add(cells[Math.max(0, column)].strip());
        }
        return ids;
    }
}
