/// Questions (imported, hand-written) and training pairs from them and from the documents alone;
/// hard negatives; splits that leak nothing.
@NullMarked
package dev.whetstone.pairs;

import org.jspecify.annotations.NullMarked;
