package dev.whetstone.corpus.markup;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.Block;
import org.commonmark.node.CustomBlock;
import org.commonmark.parser.block.AbstractBlockParser;
import org.commonmark.parser.block.BlockContinue;
import org.commonmark.parser.block.BlockParserFactory;
import org.commonmark.parser.block.BlockStart;
import org.commonmark.parser.block.MatchedBlockParser;
import org.commonmark.parser.block.ParserState;
import org.jspecify.annotations.Nullable;

/// Blocks with a label, which CommonMark does not know: footnotes (`[^1]: text`), admonitions of
/// MkDocs (`!!! note "Title"` over indented lines) and fenced ones (`:::warning` to `:::`). Without
/// them a footnote of one word reads as a link's address and disappears, and indented text as code.
final class MarkdownContainer extends CustomBlock {
  private static final Pattern FOOTNOTE = Pattern.compile("(\\[\\^[^\\]\\s]{1,60}\\]):[ \\t]*(.*)");
  private static final Pattern ADMONITION =
      Pattern.compile("(?:!!!|[?]{3}[+]?)\\s+([\\w-]+)(?:\\s+[\\w-]+)*(?:\\s+\"([^\"]*)\")?\\s*");
  private static final Pattern FENCED =
      Pattern.compile("(:{3,})\\s*(?:[{]?[.]?([A-Za-z][\\w-]*)[^}]*[}]|([A-Za-z][\\w-]*))\\s*(.*)");
  private static final int INDENT = 4;

  private final String label;

  private MarkdownContainer(String label) {
    this.label = label;
  }

  /// The label that is written before the text.
  String label() {
    return label;
  }

  private static String labelOf(String kind, @Nullable String title) {
    if (title != null && !title.isBlank()) {
      return title.strip();
    }
    return Character.toUpperCase(kind.charAt(0)) + kind.substring(1);
  }

  /// Recognises the first line of a container.
  static final class Factory implements BlockParserFactory {
    @Override
    public BlockStart tryStart(ParserState state, MatchedBlockParser matched) {
      int begin = state.getNextNonSpaceIndex();
      CharSequence content = state.getLine().getContent();
      if (state.getIndent() >= INDENT || begin >= content.length()) {
        return BlockStart.none();
      }
      return switch (content.charAt(begin)) {
        case '[' -> footnote(content, begin);
        case '!', '?' -> admonition(content, begin);
        case ':' -> fenced(content, begin);
        default -> BlockStart.none();
      };
    }

    private static BlockStart footnote(CharSequence line, int begin) {
      Matcher footnote = FOOTNOTE.matcher(line).region(begin, line.length());
      return footnote.matches()
          ? BlockStart.of(new ContainerParser(footnote.group(1).replace("^", ""), 0))
              .atIndex(footnote.start(2))
          : BlockStart.none();
    }

    private static BlockStart admonition(CharSequence line, int begin) {
      Matcher admonition = ADMONITION.matcher(line).region(begin, line.length());
      return admonition.matches()
          ? BlockStart.of(new ContainerParser(labelOf(admonition.group(1), admonition.group(2)), 0))
              .atIndex(line.length())
          : BlockStart.none();
    }

    private static BlockStart fenced(CharSequence line, int begin) {
      Matcher fenced = FENCED.matcher(line).region(begin, line.length());
      if (!fenced.matches()) {
        return BlockStart.none();
      }
      String kind = fenced.group(2) == null ? fenced.group(3) : fenced.group(2);
      String title = fenced.group(4).replaceAll("^\\[|\\]$|:+$", "");
      return BlockStart.of(new ContainerParser(labelOf(kind, title), fenced.group(1).length()))
          .atIndex(line.length());
    }
  }

  private static final class ContainerParser extends AbstractBlockParser {
    private final MarkdownContainer block;
    private final int colons; // of the line that closes it; 0 when it holds the indented lines

    ContainerParser(String label, int colons) {
      this.block = new MarkdownContainer(label);
      this.colons = colons;
    }

    @Override
    public Block getBlock() {
      return block;
    }

    @Override
    public boolean isContainer() {
      return true;
    }

    @Override
    public boolean canContain(Block child) {
      return true;
    }

    @Override
    public @Nullable BlockContinue tryContinue(ParserState state) {
      if (colons > 0) {
        String line = state.getLine().getContent().toString().strip();
        boolean closes = line.length() >= colons && line.chars().allMatch(c -> c == ':');
        return closes ? BlockContinue.finished() : BlockContinue.atIndex(state.getIndex());
      }
      if (state.isBlank()) {
        return BlockContinue.atIndex(state.getNextNonSpaceIndex());
      }
      return state.getIndent() >= INDENT
          ? BlockContinue.atColumn(state.getColumn() + INDENT)
          : BlockContinue.none();
    }
  }
}
