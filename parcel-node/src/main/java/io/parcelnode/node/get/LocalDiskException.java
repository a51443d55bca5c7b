package io.parcelnode.node.get;

import io.parcelnode.node.cli.Messages;
import java.io.IOException;
import java.nio.file.Path;

/** The local disk failed us, not the network. */
final class LocalDiskException extends IOException {
    private static final long serialVersionUID = 1;

    LocalDiskException(String attempt, Path path, IOException cause) {
        super("cannot " + attempt + ' ' + path + ": " + Messages.of(cause), cause);
    }

    LocalDiskException(String message) {
        super(message);
    }
}
