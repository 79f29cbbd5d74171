/// Passages and their vectors in Parquet files, whole or absent, checked row by row when read.
@NullMarked
package dev.whetstone.vectors;

import org.jspecify.annotations.NullMarked;
