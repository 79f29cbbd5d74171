/// From files to documents to passages. This package holds what all readers and callers share:
/// [SourceFile] and limits enter the sandbox, a [ParseOutcome] with a document leaves it; readers
/// write through [DocumentBuilder]. The readers (`pdf`, `office`, `markup`, …) and the splitter
/// (`split`) import this package, and those of texts in HTML `markup`; `sandbox` composes them, and
/// reads through [InnerFiles] what a file holds. Never: text that is dropped without a note, a file
/// that costs another file its parse.
@NullMarked
package dev.whetstone.corpus;

import org.jspecify.annotations.NullMarked;
