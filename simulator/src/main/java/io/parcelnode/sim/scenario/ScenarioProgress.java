package io.parcelnode.sim.scenario;

import java.time.Duration;

/** Hears of a run at each of its samples. */
@FunctionalInterface
public interface ScenarioProgress {
    /** @param virtualPackets data datagrams delivered so far */
    void onSample(Duration done, Duration duration, long virtualPackets);
}
