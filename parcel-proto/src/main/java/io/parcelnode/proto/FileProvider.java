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
}
