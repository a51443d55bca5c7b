package io.parcelnode.perf.wan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A program of the form that WANLINK names, without a link: both ends are this machine. */
final class FakeLink {
    private FakeLink() {}

    /** Writes its arguments to {@code FILE.called}, and at the end counts as a link would. */
    static Path in(Path folder) throws IOException {
        return script(
                folder.resolve("fake-link"),
                "#!/bin/sh\n"
                        + "echo \"$@\" >>\"$0.called\"\n"
                        + "while [ \"$1\" != -- ]; do shift; done; shift\n"
                        + "export LEFT='env X=1' RIGHT=env LEFT_ADDR=127.0.0.1 RIGHT_ADDR=127.0.0.1\n"
                        + "\"$@\"\n"
                        + "echo 'A->B seen 10 lost 1 overflow 2 delivered 7 bytes 10500 refused 0' >&2\n");
    }

    static Path refusing(Path folder) throws IOException {
        return script(folder.resolve("no-link"), "#!/bin/sh\necho 'no netem here' >&2\nexit 2\n");
    }

    static Path script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
