package io.parcelnode.node.serve;

import io.parcelnode.node.admin.AdminPort;
import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.limits.RateLimits;
import io.parcelnode.node.source.RestSource;
import io.parcelnode.proto.FileProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a running server's settings again, and puts into force what can be without a restart: all of it, or, if anything
 * is wrong, nothing. Transfers go on. Thread-safe.
 */
final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);

    private final String[] arguments;
    private final Parts parts;
    private final Map<String, String> atStart;
    // Guarded by this.
    private Map<String, String> written;
    private ServeCommand current;
    private volatile LiveSettings inForce;

    /** What the settings are about. */
    record Parts(ParcelServer server, RateLimits limits, FileProvider files, AdminPort admin) {}

    /**
     * @param arguments of the command line, without what the configuration file adds
     * @param started what they came to at the start
     */
    Reload(String[] arguments, ServeCommand started, LiveSettings inForce, Parts parts) {
        this.arguments = arguments;
        this.parts = parts;
        this.current = started;
        this.inForce = inForce;
        atStart = started.settings();
        written = atStart;
    }

    Duration drainTimeout() {
        return inForce.drainTimeout();
    }

    /** As {@link #run}, for somebody to whom nothing can be told but by the log. */
    void runQuietly() {
        try {
            run();
        } catch (IllegalArgumentException e) {
            return; // It is in the log.
        }
    }

    /**
     * Says in lines what has changed.
     *
     * @throws IllegalArgumentException if something is wrong with the settings; then the old ones are in force
     */
    synchronized String run() {
        try {
            ServeCommand next = ServeCommand.parse(arguments);
            LiveSettings settings = next.live(current, inForce);
            apply(settings);
            List<String> lines = changes(next.settings(), settings);
            current = next;
            inForce = settings;
            written = next.settings();
            parts.admin.onReload(true);
            return String.join("\n", lines);
        } catch (CommandException | RuntimeException e) {
            parts.admin.onReload(false);
            String text = "the settings stay as they are: " + Messages.onOneLine(Messages.of(e));
            LOG.error("Cannot reload, {}", text, e);
            throw new IllegalArgumentException(text, e);
        }
    }

    private void apply(LiveSettings now) throws CommandException {
        try {
            Logging.configure(now.log(), false); // Also for a file that was moved away to be kept.
        } catch (CommandException e) {
            Logging.configure(inForce.log(), false);
            throw e;
        }
        parts.limits.caps(now.caps());
        if (parts.files instanceof RestSource endpoint) {
            endpoint.limits(now.endpoint());
        }
        parts.server.identity(now.identity());
        parts.admin.token(now.adminToken());
        int denied = parts.server.bounds(now.bounds());
        if (denied > 0) {
            LOG.info("{} sessions come from where nobody may any more: they are told to leave", denied);
        }
    }

    private List<String> changes(Map<String, String> next, LiveSettings now) {
        List<String> lines = new ArrayList<>();
        for (String flag : next.keySet()) {
            boolean isLive = LiveSettings.FLAGS.contains(flag);
            String before = isLive ? written.get(flag) : atStart.get(flag);
            String value = next.get(flag);
            if (!Objects.equals(before, value)) {
                String key = flag.substring(2);
                lines.add(isLive ? key + (value == null ? " is not set" : " = " + value) : key + " needs a restart");
            }
        }
        String fingerprint = now.identity().fingerprint();
        if (!fingerprint.equals(inForce.identity().fingerprint())) {
            lines.add("new sessions get the certificate with fingerprint " + fingerprint);
        }
        if (lines.isEmpty()) {
            lines.add("nothing has changed");
        }
        lines.forEach(line -> LOG.info("Reloaded: {}", line));
        return lines;
    }
}
