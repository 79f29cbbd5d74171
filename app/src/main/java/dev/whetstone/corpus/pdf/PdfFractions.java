package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.pdf.PdfPage.Chunk;
import dev.whetstone.corpus.pdf.PdfPage.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Writes fractions that are set one part above the other in the line that they belong to: `M = (q
/// l²)/8`. A fraction is a short rule with text right above and right below it, no wider than the
/// rule, beside text whose baseline is between theirs. An underlined word is none: its baseline is
/// that of the text beside it.
final class PdfFractions {
  private static final float LONGEST = 150f; // points
  private static final int MOST_RULES = 500; // short ones on a sheet: more are a drawing
  private static final float ABOVE = 0.9f; // in sizes, baseline to rule
  private static final float BELOW = 1.5f;
  private static final float BESIDE = 1.6f;
  private static final float BETWEEN = 0.15f;
  private static final float OVERHANG = 2f; // points

  private PdfFractions() {}

  /// The chunks of the sheet, with one in place of each fraction's parts, where its upper part was.
  static List<Chunk> write(PdfSheet sheet, List<PdfRuledTable> grids) {
    List<Rule> rules =
        sheet.rules().stream()
            .filter(rule -> !rule.vertical() && rule.to() - rule.from() <= LONGEST)
            .toList();
    if (rules.isEmpty() || rules.size() > MOST_RULES) {
      return sheet.chunks();
    }
    List<Chunk> remaining = new ArrayList<>(sheet.chunks());
    for (Rule rule : rules) {
      replace(rule, remaining, grids);
    }
    return remaining;
  }

  private static void replace(Rule rule, List<Chunk> chunks, List<PdfRuledTable> grids) {
    List<Chunk> above = new ArrayList<>();
    List<Chunk> below = new ArrayList<>();
    for (Chunk chunk : chunks) {
      float down = chunk.y() - rule.at();
      boolean within =
          chunk.x0() > rule.from() - OVERHANG
              && chunk.x1() < rule.to() + OVERHANG
              && grids.stream().noneMatch(grid -> grid.holds(chunk));
      if (within && down <= 0 && -down < ABOVE * chunk.size()) {
        above.add(chunk);
      } else if (within && down > 0.4f * chunk.size() && down < BELOW * chunk.size()) {
        below.add(chunk);
      }
    }
    Chunk beside = above.isEmpty() || below.isEmpty() ? null : beside(rule, chunks, above, below);
    if (beside != null) {
      var fraction =
          new Chunk(
              part(above) + "/" + part(below),
              rule.from(),
              rule.to(),
              beside.y(),
              beside.size(),
              beside.bold(),
              beside.pagination());
      chunks.set(chunks.indexOf(above.getFirst()), fraction);
      chunks.removeAll(above);
      chunks.removeAll(below);
    }
  }

  private static @Nullable Chunk beside(
      Rule rule, List<Chunk> chunks, List<Chunk> above, List<Chunk> below) {
    double upper = above.stream().mapToDouble(Chunk::y).max().orElse(0);
    double lower = below.stream().mapToDouble(Chunk::y).min().orElse(0);
    return chunks.stream()
        .filter(
            chunk -> {
              float gap =
                  Math.min(Math.abs(rule.from() - chunk.x1()), Math.abs(chunk.x0() - rule.to()));
              return gap < BESIDE * chunk.size()
                  && chunk.y() > upper + BETWEEN * chunk.size()
                  && chunk.y() < lower - BETWEEN * chunk.size();
            })
        .findFirst()
        .orElse(null);
  }

  private static String part(List<Chunk> chunks) {
    String text =
        chunks.stream()
            .sorted(Comparator.comparingDouble(Chunk::x0))
            .map(Chunk::text)
            .collect(Collectors.joining(" "));
    return text.chars().allMatch(Character::isLetterOrDigit) ? text : "(" + text + ")";
  }
}
