package io.parcelnode.node.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.parcelnode.node.testing.Chromium;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.GatedFiles;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.sim.relay.RelayConditions;
import io.parcelnode.sim.relay.UdpRelay;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, with real transfers over an emulated path. Screenshots stay in {@code target/admin-page}. */
@Timeout(180)
class AdminPageTest {
    private static final int SIZE = 40_000_000;
    private static final String HOSTILE = "<img src=x onerror=document.title='owned'>";
    private static final Path SHOTS = Path.of("target", "admin-page");

    @TempDir
    Path folder;

    private final GatedFiles gated = new GatedFiles(new MemoryFiles(TestBytes.random(SIZE, 1), "v1"), SIZE / 2);
    private AdminFixture fixture;
    private UdpRelay relay;

    @TempDir
    static Path profile;

    private static Chromium browser;

    @AfterAll
    static void endBrowser() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void openPage() throws Exception {
        // Here and not once for all: a class whose preparation is called off counts as no test at all, and not as
        // skipped.
        assumeTrue(Chromium.program().isPresent(), "Chromium is not installed (Debian: apt-get install chromium)");
        if (browser == null) {
            browser = new Chromium(profile);
        }
        fixture = new AdminFixture(
                request -> {
                    if (request.fileId().startsWith("no")) {
                        throw new RequestFailedException(FailureKind.NOT_FOUND, 404, "no such file: " + HOSTILE);
                    }
                    return gated.open(request);
                },
                AdminFixture.present());
        relay = UdpRelay.start(
                fixture.server.localAddress(),
                RelayConditions.NONE
                        .withOneWayDelay(Duration.ofMillis(20))
                        .withRateBitsPerSecond(100_000_000)
                        .withQueueBytes(1 << 20)
                        .withLossShare(0.01),
                1);
        // What the page of the last test said about its server's end is not of this one.
        browser.open("about:blank");
        browser.awaitTrue("location.href === 'about:blank'");
        browser.forget();
        browser.dark(false);
        browser.size(1_280, 900);
        browser.open(fixture.url("/"));
        browser.awaitTrue("document.querySelector('#status')?.innerText === 'Ready'");
    }

    @AfterEach
    void close() throws Exception {
        if (fixture != null) {
            relay.close();
            fixture.close();
        }
    }

    @Test
    void showsTransfersWhileTheyRunAndWhatBecameOfThem() throws Exception {
        assertEquals("Nobody is downloading just now.", browser.text("#files-empty"));
        CompletableFuture<CommandRun> run = get("deep/a-file", "no-such-file");
        browser.awaitTrue("document.querySelector('#files-rows progress')?.value === 0.5");
        assertTrue(browser.text("#files-rows").contains("deep/a-file"), browser.text("#files-rows"));
        browser.awaitTrue("document.querySelector('#stat-clients').innerText === '1'");
        browser.awaitTrue("document.querySelector('#clients-rows').innerText.includes('127.0.0.1')");
        browser.awaitTrue("document.querySelector('#history-rows').innerText.includes('no-such-file')");
        browser.screenshot(SHOTS.resolve("under-way.png"));

        gated.open();
        assertEquals(8, run.get().exitCode(), () -> run.join().all());
        browser.awaitTrue("document.querySelector('#history-rows').innerText.includes('complete')");
        browser.awaitTrue("document.querySelector('#files-rows').children.length === 0");
        // The path is 40 ms long and loses one of a hundred; the chart's second of it must say so.
        List<Double> rtts = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        for (JsonNode moment : fixture.json("/api/moments").get("moments")) {
            if (!moment.get("rtt_ms").isNull()) {
                rtts.add(moment.get("rtt_ms").asDouble());
                losses.add(moment.get("sent_again").asDouble());
            }
        }
        assertTrue(rtts.stream().anyMatch(rtt -> rtt >= 40 && rtt < 2_000), rtts::toString);
        assertTrue(losses.stream().anyMatch(loss -> loss > 0 && loss < 0.5), losses::toString);
        browser.awaitTrue("document.querySelector('#rtt-text').innerText.includes('highest')");
        browser.screenshot(SHOTS.resolve("afterwards.png"));
        assertFoundNothingWrong();
    }

    @Test
    void whatAClientNamesIsTextAndNothingElse() throws Exception {
        gated.open();
        CommandRun run = get("no" + HOSTILE, HOSTILE).get();
        assertEquals(8, run.exitCode(), run::all);
        browser.awaitTrue("document.querySelector('#history-rows').children.length >= 2");
        assertTrue(browser.text("#history-rows").contains(HOSTILE), browser.text("#history-rows"));
        assertEquals(
                0,
                browser.evaluate("document.querySelectorAll('main img').length").asInt());
        assertNotEquals("owned", browser.evaluate("document.title").asText());
        assertFoundNothingWrong();
    }

    @Test
    void everythingWorksWithoutAMouse() throws Exception {
        gated.open();
        assertEquals(8, get("alpha", "no-such-file").get().exitCode());
        browser.awaitTrue("document.querySelector('#history-rows').children.length === 2");
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            browser.press("Tab");
            order.add(browser.evaluate("document.activeElement.id || document.activeElement.tagName.toLowerCase()")
                    .asText());
            assertTrue(
                    browser.evaluate("getComputedStyle(document.activeElement).outlineStyle !== 'none'"
                                    + " || document.activeElement.matches('.skip')")
                            .asBoolean(),
                    "the focus is seen at " + order);
        }
        assertEquals(
                List.of(
                        "a",
                        "summary",
                        "pause",
                        "throughput-plot",
                        "rtt-plot",
                        "loss-plot",
                        "filter-file",
                        "filter-client",
                        "filter-result",
                        "filter-reset",
                        "a",
                        "a"),
                order);

        focus("#health summary");
        browser.press("Enter");
        assertTrue(browser.text("#checks").contains("a handshake was answered"), browser.text("#checks"));
        browser.press("Escape");
        assertEquals("", browser.text("#checks"));

        focus("#throughput-plot");
        browser.press("End");
        browser.press("ArrowLeft");
        assertTrue(
                browser.evaluate("document.querySelector('#readout').textContent")
                        .asText()
                        .matches("\\d\\d:\\d\\d:\\d\\d: .+"),
                browser.text("#readout"));

        focus("#filter-file");
        browser.type("ALPH");
        browser.awaitTrue("document.querySelector('#history-rows').children.length === 1");
        assertTrue(browser.text("#history-rows").contains("alpha"));
        browser.type("-nothing");
        browser.awaitTrue("document.querySelector('#history-empty').innerText === 'Nothing matches.'");
        focus("#filter-reset");
        browser.press("Enter");
        browser.awaitTrue("document.querySelector('#history-rows').children.length === 2");

        focus("#pause");
        browser.press(" ");
        assertEquals(
                "true",
                browser.evaluate("document.activeElement.getAttribute('aria-pressed')")
                        .asText());
        assertFoundNothingWrong();
    }

    /** Contrast, names, roles, order of headings: what axe finds, in both colour schemes, wide and narrow. */
    @Test
    void nothingKeepsPeopleFromReadingIt() throws Exception {
        CompletableFuture<CommandRun> run = get("deep/a-file", "no-such-file");
        browser.awaitTrue("document.querySelector('#files-rows progress')?.value === 0.5");
        browser.awaitTrue("document.querySelector('#history-rows').children.length === 1");
        browser.evaluate(axe() + ";undefined");
        browser.evaluate("document.querySelector('#health').open = true");
        for (boolean dark : new boolean[] {false, true}) {
            for (int width : new int[] {1_280, 390}) {
                browser.dark(dark);
                browser.size(width, 900);
                JsonNode violations = browser.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a',"
                        + " 'wcag21aa', 'wcag22aa', 'best-practice']}).then(r => r.violations.map(v => v.id + ': ' +"
                        + " v.nodes.map(n => n.html + ' ' + n.failureSummary).join('; ')))");
                assertEquals(0, violations.size(), () -> (dark ? "dark " : "light ") + width + ": " + violations);
                assertTrue(
                        browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
                                .asBoolean(),
                        "nothing has to be scrolled sideways at " + width);
                browser.screenshot(SHOTS.resolve((dark ? "dark-" : "light-") + width + ".png"));
            }
        }
        gated.open();
        run.get();
        assertFoundNothingWrong();
    }

    @Test
    void aServerThatFallsSilentIsSaidSo() throws Exception {
        fixture.close();
        browser.awaitTrue("!document.querySelector('#alert').hidden");
        assertTrue(browser.text("#alert").startsWith("No answer from the server since"), browser.text("#alert"));
        assertEquals("No answer", browser.text("#status"));
    }

    private CompletableFuture<CommandRun> get(String... ids) {
        List<String> words =
                new ArrayList<>(List.of("-p", String.valueOf(relay.address().getPort()), "-T", "t0k3n"));
        words.addAll(List.of(ids));
        return fixture.get(folder, words.toArray(String[]::new));
    }

    private void focus(String selector) throws Exception {
        browser.evaluate("document.querySelector('" + selector + "').focus()");
    }

    private void assertFoundNothingWrong() throws Exception {
        assertEquals(List.of(), browser.complaints());
        for (String address : browser.requests()) {
            assertTrue(address.startsWith(fixture.url("/")), address);
        }
        assertFalse(
                browser.evaluate("document.documentElement.outerHTML").asText().contains("t0k3n"));
    }

    private static String axe() throws IOException {
        try (InputStream script = AdminPageTest.class.getResourceAsStream("/axe.min.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
