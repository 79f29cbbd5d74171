/// Folders that stand at an object store, with a working copy on each machine that uses them.
@NullMarked
package dev.whetstone.store.shared;

import org.jspecify.annotations.NullMarked;
