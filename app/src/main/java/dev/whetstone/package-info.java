/// Whetstone: settings read, rooms wired.
@NullMarked
package dev.whetstone;

import org.jspecify.annotations.NullMarked;
