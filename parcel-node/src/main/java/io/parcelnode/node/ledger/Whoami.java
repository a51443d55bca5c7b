package io.parcelnode.node.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.Redaction;
import io.parcelnode.node.source.EndpointTrust;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks an address of the operator's choice whose a token is, once for each token, on a thread of its own. Who asks here
 * never waits: a name that is not known yet comes later. Keeps hashes and names, tokens only until they have been asked
 * for. Thread-safe.
 */
final class Whoami implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);
    private static final int NAMES_MAX = 10_000;
    private static final int QUESTIONS_MAX = 1_000;
    private static final int ANSWER_BYTES_MAX = 65_536;
    private static final long AGAIN_NS = 60_000_000_000L;

    private final Question question;
    private final Learned learned;
    private final OkHttpClient client;
    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUESTIONS_MAX), task -> {
                Thread asking = new Thread(task, "whoami");
                asking.setDaemon(true);
                return asking;
            });
    private final Map<String, Answer> answers = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
            return size() > NAMES_MAX;
        }
    };

    /**
     * @param tokenHeader carries the token
     * @param field       of the JSON that is answered; dots lead into objects
     * @param client      believes whom the endpoint's does
     */
    record Question(HttpUrl url, String tokenHeader, String field, OkHttpClient client) {}

    /**
     * @param authorities roots to believe beside the JVM's, null for none
     * @param insecure    whether every certificate is believed
     */
    static OkHttpClient client(Path authorities, boolean insecure) throws IOException {
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                // Whoever the answer sends us to is not whom the operator has chosen to see tokens.
                .followRedirects(false)
                .followSslRedirects(false)
                .callTimeout(10, TimeUnit.SECONDS);
        EndpointTrust.apply(authorities, insecure, builder);
        return builder.build();
    }

    /** @param who null while it is not known */
    private record Answer(String who, long askedNs) {}

    /** Hears of each name once. */
    @FunctionalInterface
    interface Learned {
        void onLearned(String tokenHash, String who);
    }

    Whoami(Question question, Learned learned) {
        this.question = question;
        this.client = question.client;
        this.learned = learned;
    }

    /** Whose it is, if that is known already; null otherwise. */
    String known(String tokenHash) {
        synchronized (answers) {
            Answer answer = answers.get(tokenHash);
            return answer == null ? null : answer.who;
        }
    }

    /** Sees to it that it becomes known, unless it is or somebody has asked a moment ago. */
    void ask(String tokenHash, String token) {
        long nowNs = System.nanoTime();
        synchronized (answers) {
            Answer answer = answers.get(tokenHash);
            if (answer != null && (answer.who != null || nowNs - answer.askedNs < AGAIN_NS)) {
                return;
            }
            answers.put(tokenHash, new Answer(null, nowNs));
        }
        try {
            thread.execute(() -> askNow(tokenHash, token));
        } catch (RejectedExecutionException e) {
            forget(tokenHash); // Too many at once; its next request tries again.
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        client.dispatcher().cancelAll();
        client.connectionPool().evictAll();
    }

    private void askNow(String tokenHash, String token) {
        if (!token.chars().allMatch(c -> c >= 0x20 && c <= 0x7E)) {
            return; // No header can carry it, and the library would print it.
        }
        Request request = new Request.Builder()
                .url(question.url)
                .header(question.tokenHeader, token)
                .build();
        try (Response response = client.newCall(request).execute()) {
            String who = response.isSuccessful() ? name(response) : null;
            if (who == null) {
                LOG.warn(
                        "{} does not name the bearer of a token: status {}, no {}",
                        question.url,
                        response.code(),
                        question.field);
                return;
            }
            synchronized (answers) {
                answers.put(tokenHash, new Answer(who, System.nanoTime()));
            }
            learned.onLearned(tokenHash, who);
        } catch (IOException e) {
            LOG.warn(
                    "{} does not name the bearer of a token: {}",
                    question.url,
                    Redaction.without(token, Messages.of(e)));
        }
    }

    private String name(Response response) throws IOException {
        BufferedSource source = response.body().source();
        if (source.request(ANSWER_BYTES_MAX + 1)) {
            throw new IOException("an answer of more than " + ANSWER_BYTES_MAX + " bytes");
        }
        JsonNode answer = EntryCodec.MAPPER.readTree(source.readByteArray());
        return Identities.field(answer, question.field);
    }

    private void forget(String tokenHash) {
        synchronized (answers) {
            answers.remove(tokenHash);
        }
    }
}
