package io.parcelnode.node.cli;

/** How lines of the log look. */
public enum LogFormat {
    /** {@code [2015-03-15 11:41:33,271][  client][   INFO] text}. */
    TEXT,
    /** One JSON object a line. */
    JSON
}
