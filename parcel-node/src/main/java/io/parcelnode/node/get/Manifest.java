package io.parcelnode.node.get;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Messages;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A GDC manifest, which is a table with tabs whose first line names a column {@code id} and maybe {@code filename},
 * {@code md5}, {@code size} and {@code state}; or a plain list with one id a line.
 */
final class Manifest {
    private static final String HEADER = "id\tfilename\tmd5\tsize\tstate";

    private Manifest() {}

    static List<WantedFile> read(Path file) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (MalformedInputException e) {
            throw new IOException("it is not UTF-8 text", e);
        }
        if (!lines.isEmpty() && lines.get(0).startsWith("\uFEFF")) {
            lines.set(0, lines.get(0).substring(1));
        }
        List<String> columns =
                lines.isEmpty() ? List.of() : List.of(lines.get(0).strip().split("\t"));
        boolean table = columns.contains("id");
        List<WantedFile> wanted = new ArrayList<>();
        for (int i = table ? 1 : 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.isBlank() && !line.startsWith("#")) {
                wanted.add(table ? row(columns, line, i + 1) : WantedFile.of(line.split("\t", -1)[0].strip()));
            }
        }
        return wanted;
    }

    /**
     * The same for people.
     *
     * @param flag how the file was named
     */
    static List<WantedFile> readNamed(String flag, Path file) throws CommandException {
        try {
            return read(file);
        } catch (IOException e) {
            throw new CommandException(ExitCode.USAGE, "cannot read " + flag + " " + file + ": " + Messages.of(e), e);
        }
    }

    /** In the form that {@link #read} takes. */
    static void write(Path file, List<WantedFile> wanted) throws IOException {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        for (WantedFile one : wanted) {
            lines.add(String.join(
                    "\t",
                    one.id(),
                    text(one.filename()),
                    text(one.md5()),
                    one.sizeBytes() < 0 ? "" : String.valueOf(one.sizeBytes()),
                    text(one.state())));
        }
        Files.write(file, lines);
    }

    private static WantedFile row(List<String> columns, String line, int number) throws IOException {
        String[] cells = line.split("\t", -1);
        String id = cell(columns, cells, "id");
        if (id == null) {
            throw new IOException("line " + number + " has no value in column 'id'");
        }
        String md5 = cell(columns, cells, "md5");
        String size = cell(columns, cells, "size");
        if (size != null && !size.matches("\\d{1,18}")) {
            throw new IOException("line " + number + " has '" + size + "' in column 'size', which is no number");
        }
        return new WantedFile(
                id,
                cell(columns, cells, "filename"),
                md5 == null ? null : md5.toLowerCase(Locale.ROOT),
                size == null ? -1 : Long.parseLong(size),
                cell(columns, cells, "state"));
    }

    /** Null where there is nothing. */
    private static String cell(List<String> columns, String[] cells, String name) {
        int column = columns.indexOf(name);
        String text = column < 0 || column >= cells.length ? "" : cells[column].strip();
        return text.isEmpty() ? null : text;
    }

    private static String text(String cell) {
        return cell == null ? "" : cell;
    }
}
