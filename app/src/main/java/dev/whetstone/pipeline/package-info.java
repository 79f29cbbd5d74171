/// The lifecycle as steps over a workspace: each knows its inputs and outputs, does nothing when it
/// is up to date, and goes on where it was killed.
@NullMarked
package dev.whetstone.pipeline;

import org.jspecify.annotations.NullMarked;
