/** {@code parcel-node simulate}: what a path will give, asked of the real engine on a virtual clock. */
package io.parcelnode.node.simulate;
