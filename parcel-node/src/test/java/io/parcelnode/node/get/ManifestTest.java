package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
    @TempDir
    Path folder;

    @Test
    void takesTheColumnIdWhereverItStands() throws Exception {
        assertEquals(
                List.of("a-1", "b-2"), read("filename\tid\tmd5\tsize\nx.bam\ta-1\tabc\t10\ny.bam\tb-2\tdef\t20\n"));
    }

    @Test
    void takesAPlainListWithCommentsBlanksAndCarriageReturns() throws Exception {
        assertEquals(List.of("one", "two/three"), read("# my files\r\none\r\n\r\n  two/three  \r\n"));
    }

    @Test
    void ignoresAByteOrderMark() throws Exception {
        assertEquals(List.of("x"), read("\uFEFFid\tsize\nx\t1\n"));
    }

    @Test
    void anEmptyFileNamesNothing() throws Exception {
        assertEquals(List.of(), read(""));
        assertEquals(List.of(), read("id\tfilename\n"));
    }

    @Test
    void namesTheLineThatHasNoId() {
        IOException refusal = assertThrows(IOException.class, () -> read("size\tid\n1\tx\n2\n"));
        assertTrue(refusal.getMessage().contains("line 3"), refusal.getMessage());
    }

    @Test
    void takesWhatAGdcManifestTells() throws Exception {
        String md5 = "d41d8cd98f00b204e9800998ecf8427e";
        List<WantedFile> rows = rows("id\tfilename\tmd5\tsize\tstate\r\na-1\tx.bam\t" + md5.toUpperCase()
                + "\t10\treleased\r\nb-2\t\t\t\t\n");

        assertEquals(new WantedFile("a-1", "x.bam", md5, 10, "released"), rows.get(0));
        assertEquals(WantedFile.of("b-2"), rows.get(1));
    }

    @Test
    void writesWhatItReads() throws Exception {
        List<WantedFile> rows = List.of(
                new WantedFile("a-1", "x.bam", "d41d8cd98f00b204e9800998ecf8427e", 10, "released"), WantedFile.of("b"));
        Path file = folder.resolve("failed.tsv");
        Manifest.write(file, rows);

        assertEquals(rows, Manifest.read(file));
    }

    @Test
    void namesTheLineWhoseSizeIsNoNumber() {
        IOException refusal = assertThrows(IOException.class, () -> read("id\tsize\nx\t1\ny\tten\n"));
        assertTrue(
                refusal.getMessage().contains("line 3") && refusal.getMessage().contains("ten"));
    }

    @Test
    void refusesWhatIsNoText() throws Exception {
        Path file = Files.write(folder.resolve("binary"), new byte[] {'a', (byte) 0xFF, (byte) 0xFE});
        IOException refusal = assertThrows(IOException.class, () -> Manifest.read(file));
        assertTrue(refusal.getMessage().contains("UTF-8"), refusal.getMessage());
    }

    private List<String> read(String text) throws IOException {
        return rows(text).stream().map(WantedFile::id).toList();
    }

    private List<WantedFile> rows(String text) throws IOException {
        return Manifest.read(Files.writeString(folder.resolve("manifest"), text));
    }
}
