package io.parcelnode.node.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object a line. The log library has an encoder of its own, but that knows times only as numbers and writes
 * stack traces always.
 */
final class JsonLogEncoder extends LogEncoder {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    JsonLogEncoder(boolean withStacks, Charset charset) {
        super(withStacks, charset);
    }

    @Override
    String line(ILoggingEvent event) {
        ObjectNode line = MAPPER.createObjectNode()
                .put("time", TIME.format(event.getInstant()))
                .put("level", event.getLevel().toString())
                .put("logger", event.getLoggerName())
                .put("thread", event.getThreadName())
                .put("message", message(event));
        List<KeyValuePair> fields = event.getKeyValuePairs();
        if (fields != null) {
            fields.forEach(field -> put(line, field.key, field.value));
        }
        IThrowableProxy failure = event.getThrowableProxy();
        if (failure != null) {
            ObjectNode error = line.putObject("error");
            error.put("class", failure.getClassName()).put("message", Redaction.of(failure.getMessage()));
            String stack = stack(failure);
            if (stack != null) {
                error.put("stack", stack);
            }
        }
        return line + "\n";
    }

    /** What we have made ourselves stays as it is, so that no client can choose a token that hides it. */
    private static void put(ObjectNode line, String name, Object value) {
        if (value instanceof Number number) {
            line.put(name, number.longValue());
        } else if (value instanceof UUID id) {
            line.put(name, id.toString());
        } else if (value instanceof InetSocketAddress address) {
            line.put(name, Addresses.text(address));
        } else {
            line.put(name, Redaction.of(String.valueOf(value)));
        }
    }
}
