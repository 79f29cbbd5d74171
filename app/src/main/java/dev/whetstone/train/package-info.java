/// Sharpening an encoder: what a plan says, the run with its batches, schedule and checkpoints, and
/// mixing weights with the base.
@NullMarked
package dev.whetstone.train;

import org.jspecify.annotations.NullMarked;
