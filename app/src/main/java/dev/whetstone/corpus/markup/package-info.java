@NullMarked
package dev.whetstone.corpus.markup;

import org.jspecify.annotations.NullMarked;
