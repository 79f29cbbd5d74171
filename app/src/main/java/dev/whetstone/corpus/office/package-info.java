@NullMarked
package dev.whetstone.corpus.office;

import org.jspecify.annotations.NullMarked;
