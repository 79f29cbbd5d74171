@NullMarked
package dev.whetstone.corpus.sandbox;

import org.jspecify.annotations.NullMarked;
