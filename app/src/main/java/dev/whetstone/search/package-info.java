/// Finding passages for a question: exact search, BM25 beside nearest neighbours, fusion of both.
@NullMarked
package dev.whetstone.search;

import org.jspecify.annotations.NullMarked;
