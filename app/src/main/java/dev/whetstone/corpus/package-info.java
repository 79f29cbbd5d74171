/// Files in, documents and passages out: parsers by format, and the splitter.
@NullMarked
package dev.whetstone.corpus;

import org.jspecify.annotations.NullMarked;
