@NullMarked
package dev.whetstone.corpus.pdf;

import org.jspecify.annotations.NullMarked;
