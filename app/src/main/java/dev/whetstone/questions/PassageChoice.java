package dev.whetstone.questions;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.Vectors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The passages to ask about, one after the other: those worth it ([PassageWorth]), spread over
/// documents, headings and subjects. Deterministic: the same passages and seed give the same order,
/// so that a run that was interrupted goes on where it was.
///
/// **Problem.** There are thousands of passages and time for some hundred questions. Drawn at
/// random they would come from the few longest documents, and from what every document says.
///
/// **Method.**
///
/// 1. Each document's passages are ordered by salience, one of each heading before the second of
///    any.
/// 2. Documents take turns, in an order shuffled by the seed: every document is asked about once
///    before one is asked about twice, but for what the next step moves.
/// 3. Where the base model's vectors are known, the next passage is the one among the following
///    [#WINDOW] of that order that is farthest from all chosen before (greedy k-centre; Gonzalez,
///    1985), so that ten documents on one subject do not fill the first ten places.
///
/// **Example.** Documents A (passages a1, a2, a3, the last two under one heading) and B (b1): the
/// order is a1, b1, a2, a3 or b1, a1, … by the seed.
///
/// **Cost.** The order is made once, O(n log n). Each step compares at most `WINDOW` passages with
/// those chosen since they were last compared: O(chosen · dimension) for each passage, 5 s for
/// 5,000 passages of 384 dimensions.
public final class PassageChoice implements Iterator<Passage> {
  static final int WINDOW = 8;

  /// A candidate with its row of the vectors and its cosine to the nearest passage chosen before.
  private static final class Candidate {
    private final Passage passage;
    private final float @Nullable [] vector;
    private int compared; // of the chosen ones
    private float nearest = -1;

    Candidate(Passage passage, float @Nullable [] vector) {
      this.passage = passage;
      this.vector = vector;
    }
  }

  private final @Nullable Vectors vectors;
  private final ArrayDeque<Passage> order;
  private final List<Candidate> window = new ArrayList<>();
  private final List<float[]> chosen = new ArrayList<>();
  private final Map<PassageFault, Integer> passedOver;

  private PassageChoice(
      ArrayDeque<Passage> order, @Nullable Vectors vectors, Map<PassageFault, Integer> passedOver) {
    this.order = order;
    this.vectors = vectors;
    this.passedOver = passedOver;
  }

  /// The askable passages of these inputs.
  public static PassageChoice of(WriterInputs inputs, long seed) {
    var worth = new PassageWorth(inputs.passages());
    var passedOver = new EnumMap<PassageFault, Integer>(PassageFault.class);
    var byDocument = new TreeMap<String, List<Passage>>();
    for (Passage passage : inputs.passages()) {
      if (!inputs.askable().test(passage)) {
        continue;
      }
      worth
          .fault(passage)
          .ifPresentOrElse(
              fault -> passedOver.merge(fault, 1, Integer::sum),
              () ->
                  byDocument
                      .computeIfAbsent(passage.document(), _ -> new ArrayList<>())
                      .add(passage));
    }
    return new PassageChoice(turns(byDocument, worth, seed), inputs.vectors(), passedOver);
  }

  /// How many askable passages are passed over for each reason.
  Map<PassageFault, Integer> passedOver() {
    return passedOver;
  }

  /// How many passages are left.
  int left() {
    return order.size() + window.size();
  }

  private static ArrayDeque<Passage> turns(
      Map<String, List<Passage>> byDocument, PassageWorth worth, long seed) {
    var queues = new LinkedHashMap<String, ArrayDeque<Passage>>();
    byDocument.keySet().stream()
        .sorted(Comparator.comparing((String document) -> Sha256.id(Long.toString(seed), document)))
        .forEach(
            document ->
                queues.put(
                    document, byHeading(byDocument.getOrDefault(document, List.of()), worth)));
    var order = new ArrayDeque<Passage>();
    while (!queues.isEmpty()) {
      queues
          .values()
          .removeIf(
              queue -> {
                order.add(queue.remove());
                return queue.isEmpty();
              });
    }
    return order;
  }

  /// The most salient passage of each heading first, then the second of each, and so on.
  private static ArrayDeque<Passage> byHeading(List<Passage> passages, PassageWorth worth) {
    record Scored(Passage passage, double score) {}
    record Ranked(Scored scored, int place) {}
    List<Scored> scored =
        passages.stream()
            .map(passage -> new Scored(passage, worth.salience(passage)))
            .sorted(
                Comparator.comparingDouble(Scored::score)
                    .reversed()
                    .thenComparing(s -> s.passage().id()))
            .toList();
    var places = new HashMap<List<String>, Integer>();
    return scored.stream()
        .map(s -> new Ranked(s, places.merge(s.passage().headings(), 1, Integer::sum)))
        .sorted(Comparator.comparingInt(Ranked::place)) // stable: by score within a place
        .map(ranked -> ranked.scored().passage())
        .collect(ArrayDeque::new, ArrayDeque::add, ArrayDeque::addAll);
  }

  @Override
  public boolean hasNext() {
    return left() > 0;
  }

  @Override
  public Passage next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    if (vectors == null) {
      return order.remove();
    }
    while (window.size() < WINDOW && !order.isEmpty()) {
      Passage passage = order.remove();
      int row = vectors.row(passage.id());
      window.add(new Candidate(passage, row < 0 ? null : vectors.vector(row)));
    }
    Candidate best = window.getFirst();
    for (Candidate candidate : window) {
      compare(candidate);
      if (candidate.nearest < best.nearest) {
        best = candidate;
      }
    }
    window.remove(best);
    if (best.vector != null) {
      chosen.add(best.vector);
    }
    return best.passage;
  }

  private void compare(Candidate candidate) {
    if (candidate.vector != null) {
      for (; candidate.compared < chosen.size(); candidate.compared++) {
        candidate.nearest =
            Math.max(candidate.nearest, dot(candidate.vector, chosen.get(candidate.compared)));
      }
    }
  }

  private static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
