/// Watching the places that documents come from. A change in a folder or the passing of time
/// enters, an index that holds the documents as they are and a record of each run leave. Never: a
/// failure that ends the watching, or a vanished folder that empties the index.
@NullMarked
package dev.whetstone.workshop.watch;

import org.jspecify.annotations.NullMarked;
