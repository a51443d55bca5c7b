package io.parcelnode.udt.engine;

/**
 * Packets per second that the peer says arrive and could arrive, smoothed as libudt does (core.cpp, processCtrl case 2).
 * Owned by one connection; not thread-safe.
 */
final class ReportedRates {
    private double delivery;
    private double capacity;

    /** What is not positive says nothing. */
    void onReport(int deliveryPacketsPerSecond, int capacityPacketsPerSecond) {
        delivery = smooth(delivery, deliveryPacketsPerSecond);
        capacity = smooth(capacity, capacityPacketsPerSecond);
    }

    /** 0 while unknown. */
    double deliveryPacketsPerSecond() {
        return delivery;
    }

    /** 0 while unknown. */
    double capacityPacketsPerSecond() {
        return capacity;
    }

    private static double smooth(double old, int reported) {
        if (reported <= 0) {
            return old;
        }
        return old == 0 ? reported : (7 * old + reported) / 8;
    }
}
