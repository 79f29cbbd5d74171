package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ListLabels;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Adds paragraphs and tables to the document: as headings, items of nested lists, paragraphs,
/// tables.
final class PdfBlocks {
  private static final float INDENT = 5f; // points

  private final PdfHeadings headings;
  private final PdfTableJoiner table;
  private final DocumentBuilder into;
  private final Deque<Float> indents = new ArrayDeque<>();

  PdfBlocks(PdfHeadings headings, Hyphens hyphens, DocumentBuilder into) {
    this.headings = headings;
    this.table = new PdfTableJoiner(hyphens, into);
    this.into = into;
  }

  void add(List<PdfContent> contents) {
    for (PdfContent content : contents) {
      switch (content) {
        case PdfContent.Table(int page, PdfTablePart part) -> table.add(part, page);
        case PdfContent.Paragraph paragraph -> {
          table.end();
          add(paragraph);
        }
      }
    }
    table.end();
  }

  private void add(PdfContent.Paragraph paragraph) {
    into.page(paragraph.page());
    int level = headings.level(paragraph);
    if (level > 0) {
      indents.clear();
      into.heading(level, paragraph.text());
      return;
    }
    String item = paragraph.marker() ? paragraph.text() : ListLabels.withoutCount(paragraph.text());
    if (item != null) {
      into.item(depth(paragraph.x()), item);
    } else {
      indents.clear();
      into.paragraph(paragraph.text());
    }
  }

  private int depth(float x) {
    while (!indents.isEmpty() && indents.peek() > x + INDENT) {
      indents.pop();
    }
    if (indents.isEmpty() || x > indents.peek() + INDENT) {
      indents.push(x);
    }
    return indents.size();
  }
}
