package dev.whetstone.answer;

import dev.whetstone.core.Passage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A place that sentences of an answer rest on.
///
/// @param number as in [Sentence#citations()], from 1
/// @param title of the document
/// @param page from 1; 0 where the format has no pages
/// @param from first character in the document's stored text
/// @param to one past the last character
/// @param text of the passage, hidden characters replaced by spaces
/// @param link where people read it on the web: [Passage#link()]; null where nothing says so
public record Citation(
    int number,
    String passageId,
    String document,
    String title,
    List<String> headings,
    int page,
    int from,
    int to,
    String text,
    @Nullable String link) {
  public Citation {
    headings = List.copyOf(headings);
  }

  public static Citation of(int number, Passage passage) {
    String title = passage.metadata().getOrDefault("title", "");
    if (title.isBlank()) {
      title = passage.headings().isEmpty() ? passage.document() : passage.headings().getFirst();
    }
    return new Citation(
        number,
        passage.id(),
        passage.document(),
        QuotedText.visible(title),
        passage.headings().stream().map(QuotedText::visible).toList(),
        passage.page(),
        passage.from(),
        passage.to(),
        QuotedText.visible(passage.text()),
        passage.link().orElse(null));
  }
}
