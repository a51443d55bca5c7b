/** The simulate command: what it takes, what it refuses, and what it writes. */
package io.parcelnode.node.simulate;
