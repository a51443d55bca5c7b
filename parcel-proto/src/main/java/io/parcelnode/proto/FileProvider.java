package io.parcelnode.proto;

import java.io.IOException;

/** Where a server's files come from. Called by many threads at once. */
public interface FileProvider {
    /** @throws RequestFailedException to refuse, with the reason that the client is told */
    ServedFile open(OpenRequest request) throws IOException;
}
