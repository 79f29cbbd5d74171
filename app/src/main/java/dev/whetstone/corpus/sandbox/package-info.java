/// Reads files of unknown origin. A file and limits enter; a document or the reason why there is
/// none leaves. [Parsers] chooses the reader of a format; [SafeParser] runs it in a child process.
/// Never: a file that costs another file its parse or stops the program, a parse without a limit on
/// time, memory and output.
@NullMarked
package dev.whetstone.corpus.sandbox;

import org.jspecify.annotations.NullMarked;
