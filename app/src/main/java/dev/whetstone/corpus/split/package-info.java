@NullMarked
package dev.whetstone.corpus.split;

import org.jspecify.annotations.NullMarked;
