/// The command line. Arguments enter; words, tables or JSON of typed results leave, and an exit code.
/// The only place that spells commands: a failure's [dev.whetstone.core.Remedy] becomes one here.
/// Only `Main` imports it.
@NullMarked
package dev.whetstone.cli;

import org.jspecify.annotations.NullMarked;
