package io.parcelnode.node.get;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Which files of one target folder are finished and verified: one line of JSON each in a file of the user's home. A line
 * counts as long as its file has the size and the time of change that it had then. Thread-safe.
 */
final class FinishedFiles {
    private static final String FOLDER = "finished";

    private final ObjectMapper mapper = new ObjectMapper();
    private final Path folder;
    private final FinishedLog log;
    private final Map<String, Finished> byId = new HashMap<>();

    /**
     * One finished file.
     *
     * @param path within the target folder
     * @param md5Hex computed then, null if nobody told one to compare it with
     */
    record Finished(
            String id,
            String path,
            long sizeBytes,
            long changedNs,
            ObjectIdentity identity,
            String sha256Hex,
            String md5Hex) {
        /** False also if nobody knows. */
        boolean hasMd5(String hex) {
            return hex.equals(md5Hex) || hex.equals(identity.md5Hex());
        }

        /** Whether it is known to be another content than the wanted one. */
        boolean isNot(WantedFile wanted) {
            boolean otherMd5 = wanted.md5() != null && md5Hex != null && !hasMd5(wanted.md5());
            return otherMd5 || wanted.sizeBytes() >= 0 && wanted.sizeBytes() != sizeBytes;
        }
    }

    /**
     * @param folder the target folder
     * @param wanted ids of which anybody will ask: there may be millions that nobody does
     */
    FinishedFiles(Path home, Path folder, Set<String> wanted) throws IOException {
        this.folder = folder.toAbsolutePath().normalize();
        byte[] name = this.folder.toString().getBytes(StandardCharsets.UTF_8);
        FileDigests digests = new FileDigests(false);
        digests.update(name, 0, name.length);
        String file = digests.end().sha256Hex().substring(0, 32) + ".jsonl";
        log = new FinishedLog(home.resolve(FOLDER).resolve(file));
        log.read(wanted::contains, this::remember);
    }

    /** The record of a file that is still there as it was, null if there is none. */
    synchronized Finished find(String id) {
        Finished finished = byId.get(id);
        if (finished == null) {
            return null;
        }
        try {
            BasicFileAttributes now =
                    Files.readAttributes(path(finished), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            boolean same =
                    now.isRegularFile() && now.size() == finished.sizeBytes() && changedNs(now) == finished.changedNs();
            return same ? finished : null;
        } catch (IOException | InvalidPathException e) {
            return null; // Gone, or not for us to see.
        }
    }

    /** Where a file of that id was stored last, null if it never was. */
    synchronized Path lastPath(String id) {
        Finished finished = byId.get(id);
        return finished == null ? null : path(finished);
    }

    Path path(Finished finished) {
        return folder.resolve(finished.path()).normalize();
    }

    /** @param md5Hex null if it was not computed */
    synchronized void add(
            String id,
            Path path,
            BasicFileAttributes attributes,
            ObjectIdentity identity,
            String sha256Hex,
            String md5Hex)
            throws LocalDiskException {
        ObjectNode line = mapper.createObjectNode()
                .put("id", id)
                .put("path", folder.relativize(path).toString())
                .put("size", attributes.size())
                .put("changed", changedNs(attributes))
                .put("validator", identity.validator())
                .put("told_md5", identity.md5Hex())
                .put("told_sha256", identity.sha256Hex())
                .put("sha256", sha256Hex)
                .put("md5", md5Hex);
        try {
            log.append(line.toString());
        } catch (IOException e) {
            throw new LocalDiskException("write", log.file(), e);
        }
        remember(line.toString());
    }

    private void remember(String line) {
        try {
            JsonNode node = mapper.readTree(line);
            if (node.hasNonNull("id") && node.hasNonNull("path") && node.hasNonNull("sha256")) {
                ObjectIdentity identity = new ObjectIdentity(
                        node.path("size").asLong(),
                        node.path("validator").asText(),
                        node.path("told_md5").asText(null),
                        node.path("told_sha256").asText(null));
                Finished finished = new Finished(
                        node.path("id").asText(),
                        node.path("path").asText(),
                        node.path("size").asLong(),
                        node.path("changed").asLong(),
                        identity,
                        node.path("sha256").asText(),
                        node.path("md5").asText(null));
                byId.put(finished.id(), finished);
            }
        } catch (JsonProcessingException e) {
            return; // Cut off: the file will be fetched or compared again.
        }
    }

    private static long changedNs(BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    }
}
