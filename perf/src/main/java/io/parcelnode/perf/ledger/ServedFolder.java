package io.parcelnode.perf.ledger;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Files of random bytes, and a list that asks for all of them. */
record ServedFolder(Path folder, Path list, int files, long sizeBytes) {
    private static final int BLOCK_BYTES = 1 << 20;

    static ServedFolder make(Path parent, int files, long sizeBytes) throws IOException {
        Path folder = Files.createDirectory(parent.resolve("served"));
        SplittableRandom random = new SplittableRandom(sizeBytes);
        byte[] block = new byte[(int) Math.min(BLOCK_BYTES, sizeBytes)];
        List<String> ids = new ArrayList<>();
        for (int number = 0; number < files; number++) {
            String id = "file-" + number;
            ids.add(id);
            try (OutputStream out = Files.newOutputStream(folder.resolve(id))) {
                for (long left = sizeBytes; left > 0; left -= block.length) {
                    random.nextBytes(block);
                    out.write(block, 0, (int) Math.min(left, block.length));
                }
            }
        }
        return new ServedFolder(folder, Files.write(parent.resolve("list"), ids), files, sizeBytes);
    }

    long bytes() {
        return files * sizeBytes;
    }
}
