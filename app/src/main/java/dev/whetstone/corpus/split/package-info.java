/// Splits documents into passages. A document and a token counter enter; passages with heading
/// path, span and page leave. Never: a block that is in no passage and no path, a table row without
/// its header, a passage above the model's limit.
@NullMarked
package dev.whetstone.corpus.split;

import org.jspecify.annotations.NullMarked;
