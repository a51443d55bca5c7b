/** Where served files come from: a REST endpoint read with parallel range requests, or a folder. */
package io.parcelnode.node.source;
