/// Passages and questions enter, a candidate model leaves, with what it was trained on. Never: a
/// candidate that serves unproven.
@NullMarked
package dev.whetstone.workshop.train;

import org.jspecify.annotations.NullMarked;
