package io.parcelnode.node.admin;

import java.util.Map;

/**
 * Who answers for a path. A route with method {@code POST} changes something: only programs may call it, see {@link AdminGate}.
 *
 * @param method {@code GET}, which brings {@code HEAD} along, or {@code POST}
 */
record Route(String method, Handler handler) {
    static final String GET = "GET";
    static final String POST = "POST";

    interface Handler {
        /** @param query parameters, decoded; of those that stand there twice the first */
        Answer answer(Map<String, String> query) throws Exception;
    }

    static Route get(Handler handler) {
        return new Route(GET, handler);
    }

    boolean allows(String asked) {
        return asked.equals(method) || asked.equals("HEAD") && method.equals(GET);
    }
}
