/// Reads books: EPUB. A file enters; its chapters leave in the order of the spine through a
/// [dev.whetstone.corpus.DocumentBuilder]. Never: a navigation page as text, a protected book as
/// garbage.
@NullMarked
package dev.whetstone.corpus.epub;

import org.jspecify.annotations.NullMarked;
