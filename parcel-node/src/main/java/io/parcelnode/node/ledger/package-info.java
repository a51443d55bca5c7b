/**
 * The ledger: who got what and when, in a database, written beside the data path.
 *
 * <p>Start at {@link io.parcelnode.node.ledger.Ledger}.
 */
package io.parcelnode.node.ledger;
