/// The words every room speaks: documents, passages, vectors, rankings, failures. Depends on the
/// JDK alone.
@NullMarked
package dev.whetstone.core;

import org.jspecify.annotations.NullMarked;
