/** Tests of the server as operators meet it. */
package io.parcelnode.node.serve;
