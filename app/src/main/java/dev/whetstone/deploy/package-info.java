/// Models made available to others: served by name in this process, and brought to OpenSearch.
/// Texts enter, vectors leave. Never: a model opened twice, native work on a caller's thread.
@NullMarked
package dev.whetstone.deploy;

import org.jspecify.annotations.NullMarked;
