package io.parcelnode.proto;

import java.io.IOException;

/** Where a server takes files from. Called from many threads at once. */
public interface FileProvider {
    /**
     * Opens a file at the request's offset. May block.
     *
     * @throws RequestFailedException to refuse, with the kind and text that the client shall see; any other
     *     IOException reaches the client as UPSTREAM without its message, which might hold secrets
     */
    ServedFile open(OpenRequest request) throws IOException;

    /**
     * Begins to open a file and returns at once. A provider that asks somebody else for files overrides this, so that
     * many requests wait for the answers without a thread of the server each; by default nothing happens until it is a
     * request's turn. Who wraps a provider hands this on.
     */
    default FileOpening begin(OpenRequest request) {
        return FileOpening.onItsTurn(() -> open(request));
    }

    /**
     * These files as one client asks for them: a provider that bounds what each of them may ask for counts by it.
     *
     * @param client what tells clients apart, such as an address
     */
    default FileProvider forClient(String client) {
        return this;
    }
}
