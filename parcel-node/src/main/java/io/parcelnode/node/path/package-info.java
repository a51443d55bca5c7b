/** What a session runs over: UDT, or TCP where UDP does not pass or is slower. */
package io.parcelnode.node.path;
