package io.parcelnode.perf.wan;

/** Bytes that crossed the interfaces of one end, loopback excluded, out of {@code /proc/net/dev}. */
record InterfaceBytes(long received, long sent) {
    private static final int COLUMN_RECEIVED = 0;
    private static final int COLUMN_SENT = 8;

    static InterfaceBytes parse(String procNetDev) {
        long received = 0;
        long sent = 0;
        for (String line : procNetDev.split("\n")) {
            int colon = line.indexOf(':');
            if (colon < 0 || line.substring(0, colon).strip().equals("lo")) {
                continue;
            }
            String[] columns = line.substring(colon + 1).strip().split("\\s+");
            received += Long.parseLong(columns[COLUMN_RECEIVED]);
            sent += Long.parseLong(columns[COLUMN_SENT]);
        }
        return new InterfaceBytes(received, sent);
    }
}
