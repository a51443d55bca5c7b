package io.parcelnode.node.get;

/**
 * One file that the user wants, with what a manifest says of it.
 *
 * @param filename the manifest's, null without one; kept for the list of failures only
 * @param md5 in lower case as the manifest has it, null without one
 * @param sizeBytes -1 when not told
 * @param state the manifest's, null without one; kept for the list of failures only
 */
public record WantedFile(String id, String filename, String md5, long sizeBytes, String state) {
    public static WantedFile of(String id) {
        return new WantedFile(id, null, null, -1, null);
    }

    /** Some digest that content may have. */
    boolean hasUsableMd5() {
        return md5 == null || md5.matches("[0-9a-f]{32}");
    }
}
