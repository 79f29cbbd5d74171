/// The values that all rooms share (documents, passages, vectors, rankings, failures), and HTTP to
/// other servers. Depends on the JDK alone. Never: a connection to a metadata address, a reply
/// without a limit, text from outside on a terminal or in a log without escapes.
@NullMarked
package dev.whetstone.core;

import org.jspecify.annotations.NullMarked;
