package io.parcelnode.node.admin;

import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.Redaction;
import io.parcelnode.node.serve.LiveSession;
import java.util.Locale;

/** How things are called on the page and in metrics. */
final class Words {
    private static final int TEXT_MAX_CHARS = 300;

    private Words() {}

    /** {@code NOT_FOUND} as {@code not_found}. */
    static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Its address without the port: that is another one each time. */
    static String client(LiveSession session) {
        return Addresses.text(session.clientAddress().getAddress());
    }

    /** What others have said, without secrets. */
    static String shortened(String text) {
        String safe = Redaction.of(text);
        return safe.length() <= TEXT_MAX_CHARS ? safe : safe.substring(0, TEXT_MAX_CHARS) + "…";
    }
}
