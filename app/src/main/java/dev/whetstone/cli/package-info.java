/// The command line: one door of two. Nobody imports it but `Main`.
@NullMarked
package dev.whetstone.cli;

import org.jspecify.annotations.NullMarked;
