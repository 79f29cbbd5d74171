/// One port for search engines, and the embedded Lucene engine behind it: BM25 and HNSW in one
/// index, generations, an alias, swap and rollback.
@NullMarked
package dev.whetstone.index;

import org.jspecify.annotations.NullMarked;
