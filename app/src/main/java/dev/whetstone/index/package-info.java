/// One port for search engines: BM25 and nearest neighbours in one index, generations, an alias,
/// swap and rollback. An engine is an [EngineProvider] in a sub-room, and one line in
/// `index.providers`. [Indexes] explains how generations replace each other.
@NullMarked
package dev.whetstone.index;

import org.jspecify.annotations.NullMarked;
