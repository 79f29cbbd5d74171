package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.Characters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Typical values of a document: the size of its body text, the distance of its lines, and their
/// right margin.
final class PdfTextMetrics {
  private static final float BUCKET = 10f; // points
  private static final int NEAR = 6; // buckets

  private final float bodySize;
  private final float leading; // baseline distance, in sizes
  private final TreeMap<Integer, List<Float>> ends = new TreeMap<>();
  private final Map<Integer, Float> right = new HashMap<>();

  PdfTextMetrics(List<PdfLine> lines) {
    Map<Integer, Integer> sizes = new HashMap<>();
    Map<Integer, Integer> distances = new HashMap<>();
    PdfLine before = null;
    for (PdfLine line : lines) {
      if (line.cells() != null) {
        continue;
      }
      sizes.merge(Math.round(line.size() * 2), line.text().length(), Integer::sum);
      ends.computeIfAbsent((int) (line.x0() / BUCKET), _ -> new ArrayList<>()).add(line.x1());
      if (before != null && before.page() == line.page() && line.y() > before.y()) {
        float distance = (line.y() - before.y()) / Math.max(1, line.size());
        if (distance > 0.9f && distance < 2.6f && Math.abs(before.size() - line.size()) < 0.6f) {
          distances.merge(Math.round(distance * 20), 1, Integer::sum);
        }
      }
      before = line;
    }
    bodySize = commonest(sizes, 22) / 2f;
    leading = commonest(distances, 23) / 20f;
  }

  private static int commonest(Map<Integer, Integer> counts, int otherwise) {
    return counts.entrySet().stream()
        .max(
            Map.Entry.<Integer, Integer>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .orElse(otherwise);
  }

  float bodySize() {
    return bodySize;
  }

  /// Whether the gap above `line` is wider than between lines of one paragraph.
  boolean isGap(PdfLine before, PdfLine line) {
    return line.y() - before.y() > 1.3f * leading * Math.max(line.size(), before.size());
  }

  /// Whether `before` ends before its right margin though the next line's first word had room.
  boolean endsEarly(PdfLine before, PdfLine line) {
    String text = line.text();
    int space = text.indexOf(' ');
    int letters = space < 0 ? text.length() : space;
    boolean wide = !text.isEmpty() && Characters.isWide(text.charAt(0));
    float word = wide ? line.size() : 0.55f * line.size() * letters;
    return before.x1() + word + 1.8f * before.size() < right(before.x0());
  }

  /// Where lines that begin near `x` end when they are full.
  private float right(float x) {
    return right.computeIfAbsent(
        (int) (x / BUCKET),
        bucket -> {
          List<Float> near =
              ends.subMap(bucket - NEAR, true, bucket + NEAR, true).values().stream()
                  .flatMap(Collection::stream)
                  .sorted()
                  .toList();
          return near.isEmpty() ? 0f : near.get((int) (0.97 * (near.size() - 1)));
        });
  }
}
