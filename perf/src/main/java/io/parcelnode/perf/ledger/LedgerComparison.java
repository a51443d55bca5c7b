package io.parcelnode.perf.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.parcelnode.perf.wan.WorkFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Two servers of one folder, and downloads from them in turn: first to last, then the other way round. */
final class LedgerComparison {
    /** By then what a ledger gathers is in its database. */
    private static final long SETTLE_MS = 5_000;

    private final Path jar;
    private final ServedFolder served;
    private final WorkFolder folder;
    private final Path state;
    private final ObjectMapper mapper = new ObjectMapper();

    /**
     * One download.
     *
     * @param seconds    as the client tells them: from connecting to the last verified file
     * @param cpuSeconds of the server
     */
    record Cost(double seconds, double cpuSeconds) {}

    LedgerComparison(Path jar, ServedFolder served, WorkFolder folder, Path state) {
        this.jar = jar;
        this.served = served;
        this.folder = folder;
        this.state = state;
    }

    LedgerReport run(int warmUp, int runs) throws IOException, InterruptedException {
        try (ComparedServer with =
                        ComparedServer.start(jar, served.folder(), state.resolve("with"), LedgerCommand.WITH);
                ComparedServer without =
                        ComparedServer.start(jar, served.folder(), state.resolve("without"), LedgerCommand.WITHOUT)) {
            for (int i = 0; i < warmUp; i++) {
                download(with);
                download(without);
            }
            Thread.sleep(SETTLE_MS);
            List<Cost> costsWith = new ArrayList<>();
            List<Cost> costsWithout = new ArrayList<>();
            for (int i = 0; i < runs; i++) {
                if (i % 2 == 0) {
                    costsWith.add(measure(with));
                    costsWithout.add(measure(without));
                } else {
                    costsWithout.add(measure(without));
                    costsWith.add(measure(with));
                }
            }
            return new LedgerReport(served, costsWith, costsWithout);
        }
    }

    private Cost measure(ComparedServer server) throws IOException, InterruptedException {
        double before = server.cpuSeconds();
        double seconds = download(server);
        Thread.sleep(SETTLE_MS);
        return new Cost(seconds, server.cpuSeconds() - before);
    }

    private double download(ComparedServer server) throws IOException, InterruptedException {
        Path target = folder.newScratch();
        List<String> command = ComparedServer.java(jar);
        command.addAll(List.of(
                "get", "--json", "-d", target.toString(), "-m", served.list().toString()));
        command.addAll(server.address());
        Path log = state.resolve("get.log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().put("PARCEL_HOME", state.resolve("client").toString());
        Process client = builder.start();
        try (BufferedReader lines = client.inputReader(StandardCharsets.UTF_8)) {
            JsonNode last = mapper.createObjectNode();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = mapper.readTree(line);
            }
            int code = client.waitFor();
            if (code != 0 || last.path("ok").asInt() != served.files()) {
                throw new IOException("get has ended with " + code + " and says " + last);
            }
            return last.path("seconds").asDouble();
        } finally {
            client.destroyForcibly();
            WorkFolder.delete(target);
        }
    }
}
