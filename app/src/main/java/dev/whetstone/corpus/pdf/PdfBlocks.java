package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ListLabels;
import dev.whetstone.corpus.pdf.PdfParagraphs.Para;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Paragraphs into the document: as headings, items of nested lists, tables, paragraphs.
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

  void add(List<Para> paras) {
    for (Para para : paras) {
      PdfTablePart cells = para.cells();
      if (cells != null) {
        table.add(cells, para.page());
        continue;
      }
      table.end();
      into.page(para.page());
      int level = headings.level(para);
      if (level > 0) {
        indents.clear();
        into.heading(level, para.text());
        continue;
      }
      String item = para.marker() ? para.text() : ListLabels.withoutCount(para.text());
      if (item != null) {
        into.item(depth(para.x()), item);
      } else {
        indents.clear();
        into.paragraph(para.text());
      }
    }
    table.end();
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
