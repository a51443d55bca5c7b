package io.parcelnode.perf.chaos;

import io.parcelnode.perf.chaos.ChaosPlan.Attempt;
import io.parcelnode.perf.chaos.ChaosPlan.Form;
import io.parcelnode.perf.chaos.ChaosPlan.TokenWay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Starts {@code parcel-node get} from the executable jar, in processes of their own. Most of what a short-lived JVM does
 * is to load classes and to compile: an archive of the classes and the quick compiler halve that. Immutable.
 */
final class ClientLauncher {
    private static final List<String> JVM_FLAGS = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final int TRAINING_BYTES = 6 << 20;
    private static final int TRAINING_SECONDS = 60;
    private static final Set<Item> TRAINING_ITEMS = EnumSet.of(Item.LARGE, Item.LARGE_TWIN, Item.SMALL, Item.ABSENT);

    private final Path jar;
    private final List<String> archiveFlags;

    private ClientLauncher(Path jar, List<String> archiveFlags) {
        this.jar = jar;
        this.archiveFlags = archiveFlags;
    }

    static ClientLauncher withoutArchive(Path jar) throws IOException {
        if (!Files.isRegularFile(jar)) {
            throw new IOException(jar + " is not there; build it with ./mvnw -DskipTests package");
        }
        return new ClientLauncher(jar, List.of());
    }

    /** Lets one client run to its end, with all it needs, to learn which classes that takes. */
    ClientLauncher withArchive(Path folder) throws IOException, InterruptedException {
        Path archive = folder.resolve("client.jsa");
        Path home = Files.createDirectories(folder.resolve("training"));
        ClientLauncher training = new ClientLauncher(jar, List.of("-XX:ArchiveClassesAtExit=" + archive));
        ChaosPlan plan = new ChaosPlan(
                0, TRAINING_BYTES, Form.MANIFEST, TRAINING_ITEMS, TokenWay.FILE, false, List.of(Attempt.QUIET));
        EndpointContents contents = new EndpointContents(TRAINING_BYTES, 0);
        ChaosTokens tokens = new ChaosTokens(plan.tokenWay(), home, 0);
        tokens.give(true);
        try (ChaosEndpoint endpoint = new ChaosEndpoint(contents, tokens, false, 0);
                ChaosServer server = new ChaosServer(endpoint.url(), 0, List.of())) {
            List<String> arguments = new ArrayList<>(server.arguments());
            arguments.addAll(tokens.arguments());
            arguments.addAll(List.of("--dir", home.resolve("target").toString()));
            arguments.addAll(Order.all(plan, contents, home.resolve("manifest")).arguments());
            Process process = training.start(home, arguments, home.resolve("out"), home.resolve("err"));
            if (!process.waitFor(TRAINING_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
        // A JVM that makes none serves as well, only slower.
        boolean made = Files.isRegularFile(archive);
        return made ? new ClientLauncher(jar, List.of("-XX:SharedArchiveFile=" + archive)) : this;
    }

    /** Its state goes to {@code home}. */
    Process start(Path home, List<String> arguments, Path out, Path err) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_FLAGS);
        command.addAll(archiveFlags);
        command.addAll(List.of("-jar", jar.toString(), "get", "--json"));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("PARCEL_HOME", home.toString());
        // The JVM would announce these on stderr.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"));
        return builder.start();
    }
}
