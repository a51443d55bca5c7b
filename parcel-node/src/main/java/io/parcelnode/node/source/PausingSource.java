package io.parcelnode.node.source;

import java.time.Duration;
import java.util.function.Consumer;

/** A source that may have to wait for somebody else, and knows for how long. */
public interface PausingSource {
    /** @param hears of each pause once, as it begins; neither blocks nor throws */
    void onPause(Consumer<Duration> hears);
}
