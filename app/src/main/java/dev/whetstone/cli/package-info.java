/// The command line. Only `Main` imports it.
@NullMarked
package dev.whetstone.cli;

import org.jspecify.annotations.NullMarked;
