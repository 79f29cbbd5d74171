/// Parsers by format, and the splitter. Files enter, documents and passages leave. Never: text that
/// is dropped without a note, a file that costs another one its parse.
@NullMarked
package dev.whetstone.corpus;

import org.jspecify.annotations.NullMarked;
