/// The command line. Arguments enter; words, tables or JSON of typed results leave, and an exit
/// code. Only `Main` imports it.
@NullMarked
package dev.whetstone.cli;

import org.jspecify.annotations.NullMarked;
