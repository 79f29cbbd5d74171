/// Where artifacts live: written whole, with checksum and provenance, or not at all; checked when
/// read.
@NullMarked
package dev.whetstone.store;

import org.jspecify.annotations.NullMarked;
