package io.parcelnode.node.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real browser without a window, showing one page. It is spoken to over its DevTools socket, which takes no more than
 * the JDK's WebSocket; libraries for that bring a browser or a Node.js of their own.
 */
public final class Chromium implements Closeable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int PATIENCE_SECONDS = 60;
    private static final Pattern PAGE_GONE = Pattern.compile("context was destroyed|find.* context|target navigated");

    private final Path profile;
    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final StringBuilder incoming = new StringBuilder();

    /** @param profile an empty folder for whatever the browser keeps */
    public Chromium(Path profile) throws Exception {
        this.profile = profile;
        process = new ProcessBuilder(
                        program().orElseThrow().toString(),
                        "--headless=new",
                        // The tests may run as root, and show only our own page.
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--hide-scrollbars",
                        "--force-device-scale-factor=1",
                        "--lang=en-GB",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("chromium.log").toFile())
                .start();
        HttpClient http = HttpClient.newHttpClient();
        Path port = profile.resolve("DevToolsActivePort");
        Await.until(
                "the browser listens",
                () -> Files.exists(port) && Files.readAllLines(port).size() >= 2);
        URI pages = URI.create("http://127.0.0.1:" + Files.readAllLines(port).get(0) + "/json/list");
        CompletableFuture<String> page = new CompletableFuture<>();
        Await.until("the browser has a page", () -> {
            String text = http.send(HttpRequest.newBuilder(pages).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            for (JsonNode target : MAPPER.readTree(text)) {
                if (target.path("type").asText().equals("page")) {
                    page.complete(target.get("webSocketDebuggerUrl").asText());
                }
            }
            return page.isDone();
        });
        socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(page.join()), new Listener())
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        for (String domain : new String[] {"Page", "Runtime", "Log", "Network"}) {
            send(domain + ".enable", MAPPER.createObjectNode());
        }
    }

    /** The browser, if there is one. */
    public static Optional<Path> program() {
        return Stream.of(System.getenv("PATH").split(":"))
                .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public void open(String url) throws Exception {
        send("Page.navigate", MAPPER.createObjectNode().put("url", url));
    }

    /** As a person with a name and a password does. */
    public void authorize(String authorization) throws Exception {
        ObjectNode parameters = MAPPER.createObjectNode();
        parameters.putObject("headers").put("Authorization", authorization);
        send("Network.setExtraHTTPHeaders", parameters);
    }

    /** The value of a JavaScript expression; a promise is waited for. */
    public JsonNode evaluate(String expression) throws Exception {
        ObjectNode parameters = MAPPER.createObjectNode()
                .put("expression", expression)
                .put("awaitPromise", true)
                .put("returnByValue", true);
        JsonNode result = send("Runtime.evaluate", parameters);
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
        }
        return result.at("/result/value");
    }

    public String text(String selector) throws Exception {
        return evaluate("document.querySelector('" + selector + "')?.innerText ?? ''")
                .asText();
    }

    public void awaitTrue(String expression) throws Exception {
        Await.until(expression, () -> {
            try {
                return evaluate(expression).asBoolean();
            } catch (ExecutionException e) {
                // The page that was asked has just gone; the next one may answer.
                if (PAGE_GONE.matcher(String.valueOf(e.getCause())).find()) {
                    return false;
                }
                throw e;
            }
        });
    }

    /** A key with a name such as {@code Tab}, or a letter. */
    public void press(String key) throws Exception {
        press(key, 0);
    }

    public void pressWithShift(String key) throws Exception {
        press(key, 8);
    }

    public void type(String text) throws Exception {
        send("Input.insertText", MAPPER.createObjectNode().put("text", text));
    }

    public void dark(boolean dark) throws Exception {
        ObjectNode parameters = MAPPER.createObjectNode();
        parameters
                .putArray("features")
                .addObject()
                .put("name", "prefers-color-scheme")
                .put("value", dark ? "dark" : "light");
        send("Emulation.setEmulatedMedia", parameters);
    }

    public void size(int width, int height) throws Exception {
        send(
                "Emulation.setDeviceMetricsOverride",
                MAPPER.createObjectNode()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", false));
    }

    /** Of the whole page, also of what is below the window's edge. */
    public void screenshot(Path png) throws Exception {
        JsonNode shot = send("Page.captureScreenshot", MAPPER.createObjectNode().put("captureBeyondViewport", true));
        Files.createDirectories(png.getParent());
        Files.write(png, Base64.getDecoder().decode(shot.get("data").asText()));
    }

    /** Errors of scripts, refusals by the page's policy, failed requests. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Of what was complained about and asked for so far. */
    public void forget() {
        complaints.clear();
        requests.clear();
    }

    /** Every address that was asked for anything. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() throws IOException {
        socket.abort();
        // Its helper processes would go on writing into the profile.
        List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
        family.add(process.toHandle());
        family.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle member : family) {
            member.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        }
        // Links that lead out of the profile: whoever deletes the folder would complain about them.
        for (String link : new String[] {"SingletonCookie", "SingletonLock", "SingletonSocket"}) {
            Files.deleteIfExists(profile.resolve(link));
        }
    }

    private void press(String key, int modifiers) throws Exception {
        Map<String, Integer> codes = Map.of(
                "Tab", 9, "Enter", 13, "Escape", 27, " ", 32, "End", 35, "Home", 36, "ArrowLeft", 37, "ArrowRight", 39);
        String text = key.equals("Enter") ? "\r" : key.length() == 1 ? key : "";
        for (String kind : new String[] {"keyDown", "keyUp"}) {
            ObjectNode parameters = MAPPER.createObjectNode()
                    .put("type", kind)
                    .put("key", key)
                    .put("code", key.equals(" ") ? "Space" : key)
                    .put("modifiers", modifiers)
                    .put("windowsVirtualKeyCode", codes.getOrDefault(key, 0));
            if (kind.equals("keyDown") && !text.isEmpty()) {
                parameters.put("text", text);
            }
            send("Input.dispatchKeyEvent", parameters);
        }
    }

    private JsonNode send(String method, ObjectNode parameters) throws Exception {
        int id = lastId.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        asked.put(id, answer);
        ObjectNode message = MAPPER.createObjectNode().put("id", id).put("method", method);
        message.set("params", parameters);
        socket.sendText(message.toString(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void onMessage(JsonNode message) {
        if (message.has("id")) {
            CompletableFuture<JsonNode> answer = asked.remove(message.get("id").asInt());
            if (message.has("error")) {
                answer.completeExceptionally(
                        new IOException(message.get("error").toString()));
            } else {
                answer.complete(message.get("result"));
            }
            return;
        }
        JsonNode parameters = message.path("params");
        switch (message.path("method").asText()) {
            case "Runtime.exceptionThrown" ->
                complaints.add(
                        parameters.at("/exceptionDetails/exception/description").asText());
            case "Log.entryAdded" -> complaints.add(parameters.at("/entry/text").asText());
            case "Network.requestWillBeSent" ->
                requests.add(parameters.at("/request/url").asText());
            default -> {}
        }
    }

    private final class Listener implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            incoming.append(data);
            if (last) {
                String text = incoming.toString();
                incoming.setLength(0);
                try {
                    onMessage(MAPPER.readTree(text));
                } catch (IOException e) {
                    complaints.add("not JSON: " + text);
                }
            }
            from.request(1);
            return null;
        }
    }
}
