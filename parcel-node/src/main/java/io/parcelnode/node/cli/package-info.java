/** Commands, flags, exit codes, logs: what people and scripts meet. */
package io.parcelnode.node.cli;
