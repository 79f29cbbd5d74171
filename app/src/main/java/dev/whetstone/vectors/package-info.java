/// Passages and their vectors in Parquet files, whole or absent, checked row by row when read; the
/// vectors of passages' sentences in memory-mapped files.
@NullMarked
package dev.whetstone.vectors;

import org.jspecify.annotations.NullMarked;
