/// One port for search engines: BM25 and nearest neighbours in one index, generations, an alias,
/// swap and rollback.
@NullMarked
package dev.whetstone.index;

import org.jspecify.annotations.NullMarked;
