package io.parcelnode.node.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the operator says about files is where they are and what they must be. */
class CatalogueTest {
    private static final byte[] CONTENT = TestBytes.random(200_000, 1);
    private static final String MD5 = HexFormat.of().formatHex(TestBytes.digest("MD5", CONTENT));
    private static final String SHA_256 = HexFormat.of().formatHex(TestBytes.digest("SHA-256", CONTENT));

    @TempDir
    Path folder;

    private TestEndpoint endpoint;
    private TestEndpoint storage;

    @BeforeEach
    void start() throws IOException {
        endpoint = new TestEndpoint().file("objects/1", CONTENT);
        storage = new TestEndpoint().file("bucket/2", CONTENT);
    }

    @AfterEach
    void stop() {
        endpoint.close();
        storage.close();
    }

    private Catalogue catalogue(String text) throws IOException {
        return Catalogue.read(Files.writeString(folder.resolve("catalogue"), text), HttpUrl.get(endpoint.url() + "/"));
    }

    private RestSource source(String text) throws IOException {
        return new RestSource(new EndpointOptions(
                HttpUrl.get(endpoint.url()),
                "X-Auth-Token",
                2,
                1 << 16,
                16 << 20,
                null,
                false,
                EndpointLimits.DEFAULT,
                catalogue(text)));
    }

    private static ServedFile open(RestSource source, String id) throws IOException {
        return source.open(new OpenRequest(id, "token", 0, -1, null));
    }

    @Test
    void idsAreWhatTheTableSaysAndDigestsComeFromThere() throws IOException {
        String table = "id\turl\tsize\tmd5\tsha256\tfilename\n"
                + "# a comment\n\n"
                + "sample-1\tobjects/1\t200000\t" + MD5.toUpperCase(java.util.Locale.ROOT) + "\t" + SHA_256
                + "\ta.bam\n"
                + "sample-2\t" + storage.url() + "/bucket/2\n";
        try (RestSource source = source(table)) {
            try (ServedFile file = open(source, "sample-1")) {
                assertEquals("a.bam", file.info().name());
                assertEquals(MD5, file.info().md5Hex());
                assertEquals(SHA_256, file.info().sha256Hex());
                assertArrayEquals(CONTENT, TestBytes.readAll(file));
            }
            try (ServedFile file = open(source, "sample-2")) {
                assertEquals("sample-2", file.info().name());
                assertNull(file.info().md5Hex());
                assertArrayEquals(CONTENT, TestBytes.readAll(file));
            }
        }
        endpoint.asked()
                .forEach(asked -> assertEquals(List.of("token"), asked.headers().get("X-Auth-Token")));
        assertTrue(storage.asked().size() > 1);
        storage.asked().forEach(asked -> assertNull(asked.headers().get("X-Auth-Token"), "the token has left home"));
    }

    @Test
    void jsonSaysTheSame() throws IOException {
        String json = """
                [{"id": "a", "url": "objects/1", "size": 200000, "md5": "%s", "filename": "a.bam", "owner": "x"},
                 {"id": "b", "url": "objects/1"}]
                """.formatted(MD5);
        try (RestSource source = source(json);
                ServedFile file = open(source, "a")) {
            assertEquals("a.bam", file.info().name());
            assertEquals(MD5, file.info().md5Hex());
            assertArrayEquals(CONTENT, TestBytes.readAll(file));
        }
    }

    @Test
    void whatDoesNotStandThereIsNotServed() throws IOException {
        try (RestSource source = source("id\turl\na\tobjects/1\n")) {
            RequestFailedException failure =
                    assertThrows(RequestFailedException.class, () -> open(source, "objects/1"));
            assertEquals(FailureKind.NOT_FOUND, failure.kind());
        }
        assertEquals(List.of(), endpoint.asked());
    }

    @Test
    void anObjectOfAnotherSizeIsAFailure() throws IOException {
        try (RestSource source = source("id\turl\tsize\na\tobjects/1\t199999\n")) {
            RequestFailedException failure = assertThrows(RequestFailedException.class, () -> open(source, "a"));
            assertEquals(FailureKind.UPSTREAM, failure.kind());
            assertTrue(failure.getMessage().contains("promises 199999 bytes"), failure.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name,url;a,x | line 1 has to name the columns id and url",
                "id,url;../a,x | line 2: id '../a'",
                "id,url;a, | line 2: url ''",
                "id,url;a,ftp://h/x | line 2: url 'ftp://h/x'",
                "id,url;a,http://me:secret@h/x | line 2: url 'h': has a user name",
                "id,url,size;a,x,many | line 2: size 'many'",
                "id,url,md5;b,x,;a,x,abc | line 3: md5 'abc'",
                "id,url;a,x;a,y | line 3: id 'a': stands there twice",
                "[{\"id\":\"a\"}] | entry 1: url ''"
            })
    void faultsAreNamedWithTheirLine(String text, String problem) {
        String table = text.replace(',', '\t').replace(';', '\n');
        IOException failure = assertThrows(IOException.class, () -> catalogue(table));
        assertTrue(failure.getMessage().startsWith(problem), failure.getMessage());
    }
}
