/// The embedded engine: BM25 and HNSW in one Lucene index. Passages with vectors enter, rankings
/// leave. Never: a file that is read without its checksum.
@NullMarked
package dev.whetstone.index.lucene;

import org.jspecify.annotations.NullMarked;
