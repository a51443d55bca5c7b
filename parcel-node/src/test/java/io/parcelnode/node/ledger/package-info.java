/** Tests of the ledger, on the embedded database and on a real PostgreSQL. */
package io.parcelnode.node.ledger;
