/// Passages and vectors enter, a generation of an index leaves, checked before it serves; exports
/// of it for clusters. Never: an alias on a generation that failed its check.
@NullMarked
package dev.whetstone.workshop.index;

import org.jspecify.annotations.NullMarked;
