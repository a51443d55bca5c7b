package io.parcelnode.node.admin;

import java.nio.charset.StandardCharsets;

/** What goes back to whoever asked, whole: nothing here is large. */
record Answer(int status, String contentType, byte[] body) {
    static final String HTML = "text/html; charset=utf-8";
    static final String JSON = "application/json; charset=utf-8";
    static final String TEXT = "text/plain; charset=utf-8";

    static Answer json(int status, byte[] body) {
        return new Answer(status, JSON, body);
    }

    static Answer text(int status, String line) {
        return new Answer(status, TEXT, (line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
