/// The program's entry point.
@NullMarked
package dev.whetstone;

import org.jspecify.annotations.NullMarked;
