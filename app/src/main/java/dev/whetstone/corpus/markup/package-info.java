/// Reads text formats: HTML, Markdown, AsciiDoc and plain text, in whatever character set. Bytes or
/// text enter; blocks and notes leave through a [dev.whetstone.corpus.DocumentBuilder]. Never:
/// markup in the text, content that is dropped with a page's navigation, a file that a page refers
/// to.
@NullMarked
package dev.whetstone.corpus.markup;

import org.jspecify.annotations.NullMarked;
