package io.parcelnode.node.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every request to the admin port passes here: is it meant for us, may it, does anybody answer. Every answer leaves here,
 * with the headers that keep browsers from doing more with it than show it.
 */
final class AdminGate implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);
    private static final Pattern LOOPBACK_HOST =
            Pattern.compile("(?i)(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?");

    private static final List<String> BROWSERS_OWN =
            List.of("Origin", "Referer", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Cookie");

    private static final Map<String, String> HEADERS = Map.of(
            "Cache-Control", "no-store",
            "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Referrer-Policy", "no-referrer",
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY");

    private final Map<String, Route> routes;
    private volatile AdminToken token;
    private final boolean loopbackOnly;
    private final Runnable onDenied;

    /**
     * @param token demanded of everybody, null for none
     * @param loopbackOnly listens where only this machine can ask
     * @param onDenied told of each request without the token
     */
    AdminGate(Map<String, Route> routes, AdminToken token, boolean loopbackOnly, Runnable onDenied) {
        this.routes = routes;
        this.token = token;
        this.loopbackOnly = loopbackOnly;
        this.onDenied = onDenied;
    }

    /** Demanded from now on, null for none. */
    void token(AdminToken now) {
        token = now;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = answer(exchange);
            Headers headers = exchange.getResponseHeaders();
            HEADERS.forEach(headers::set);
            headers.set("Content-Type", answer.contentType());
            boolean bodyless = exchange.getRequestMethod().equals("HEAD") || answer.body().length == 0;
            exchange.sendResponseHeaders(answer.status(), bodyless ? -1 : answer.body().length);
            if (!bodyless) {
                exchange.getResponseBody().write(answer.body());
            }
        }
    }

    private Answer answer(HttpExchange exchange) {
        Headers asked = exchange.getRequestHeaders();
        // A page of somebody else's whose name was made to point at this machine sends its own name along.
        if (loopbackOnly && !isLoopbackHost(asked.getFirst("Host"))) {
            return Answer.text(421, "ask for localhost or 127.0.0.1: this port answers under no other name");
        }
        AdminToken wanted = token;
        if (wanted != null && !wanted.matches(asked.getFirst("Authorization"))) {
            onDenied.run();
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"parcel-node\", charset=\"UTF-8\"");
            return Answer.text(
                    401, "a token is needed: as 'Authorization: Bearer TOKEN', or as password with any user name");
        }
        Route route = routes.get(exchange.getRequestURI().getPath());
        if (route == null) {
            return Answer.text(404, "nothing here; there are " + String.join(", ", routes.keySet()));
        }
        if (!route.allows(exchange.getRequestMethod())) {
            exchange.getResponseHeaders().set("Allow", route.method().equals(Route.GET) ? "GET, HEAD" : route.method());
            return Answer.text(405, "this path takes " + route.method() + " alone");
        }
        if (route.method().equals(Route.POST) && !mayChange(exchange, wanted)) {
            return Answer.text(
                    403,
                    "no web page may ask for that, only a program: on this machine, or elsewhere with the token as"
                            + " 'Authorization: Bearer TOKEN'");
        }
        try {
            return route.handler().answer(Query.parse(exchange.getRequestURI().getRawQuery()));
        } catch (IllegalArgumentException e) {
            return Answer.text(400, Messages.onOneLine(Messages.of(e)));
        } catch (Exception e) {
            LOG.warn(
                    "Cannot answer {} on the admin port: {}",
                    exchange.getRequestURI().getPath(),
                    Messages.of(e),
                    e);
            return Answer.text(500, "that went wrong; the server's log says more");
        }
    }

    /**
     * A browser names the page that sends something, or says at least that it is one; programs do not. It also sends a
     * password along that it was once told, but nothing as bearer.
     */
    private static boolean mayChange(HttpExchange exchange, AdminToken wanted) {
        Headers asked = exchange.getRequestHeaders();
        boolean isPage = BROWSERS_OWN.stream().anyMatch(header -> asked.getFirst(header) != null);
        return !isPage
                && (wanted == null
                        ? exchange.getRemoteAddress().getAddress().isLoopbackAddress()
                        : AdminToken.isBearer(asked.getFirst("Authorization")));
    }

    private static boolean isLoopbackHost(String host) {
        return host != null && LOOPBACK_HOST.matcher(host).matches();
    }
}
