package dev.whetstone.workshop;

import dev.whetstone.core.Lease;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.Progress;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.index.Indexes;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.TinyBert;
import dev.whetstone.workshop.index.IndexOptions;
import dev.whetstone.workshop.index.Indexing;
import dev.whetstone.workshop.index.PromotionCheck;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A workspace with two models of unlike spaces and the same passages in both, for tests of what
/// goes from one space to the other. Its oracle are the cosines of each question with each passage,
/// in each space, computed without an index.
public final class TwoSpaces implements AutoCloseable {
  private static final int QUESTIONS = 12;

  public final Workspace workspace;
  public final List<Passage> passages;
  public final List<String> questions;
  public final SharedEncoders encoders;
  public final List<Vectors> vectors = new ArrayList<>();
  private final Map<SpaceId, List<Map<String, Double>>> cosines = new HashMap<>();
  private final List<Lease<Encoder>> leases = new ArrayList<>();

  /// @param folder an empty one
  public TwoSpaces(Path folder) throws IOException {
    var manual = new SmallManual(folder.resolve("manual"), 4);
    workspace = Workspace.open(manual.workspace("workspace"));
    TinyBert.write(workspace.models().resolve("manual/1"), 4, Pooling.MEAN, Prompts.NONE, 64);
    var workshop = Workshops.open(workspace);
    workshop.stage(manual.docs().toString());
    workshop.prepare();
    passages = workshop.passages();
    questions = PromotionCheck.headings(passages).subList(0, QUESTIONS);
    encoders = new SharedEncoders(workspace);
    var shelf = new ModelShelf(workspace);
    for (var model : List.of(shelf.base("en"), shelf.open("1"))) {
      var lease = encoders.take(model.space());
      leases.add(lease);
      Encoder encoder = lease.value();
      Vectors all = encoder.passages(passages, Progress.NONE);
      vectors.add(all);
      cosines.put(model.space(), encoder.queries(questions).stream().map(q -> to(all, q)).toList());
    }
  }

  static Map<String, Double> to(Vectors all, float[] query) {
    var cosines = new HashMap<String, Double>();
    for (int row = 0; row < all.size(); row++) {
      float[] vector = all.vector(row);
      double sum = 0;
      for (int i = 0; i < query.length; i++) {
        sum += (double) query[i] * vector[i];
      }
      cosines.put(all.ids().get(row), sum);
    }
    return cosines;
  }

  /// The cosine of a question with a passage in a space.
  double cosine(SpaceId space, int question, String passage) {
    return cosines.getOrDefault(space, List.of()).get(question).getOrDefault(passage, 9.0);
  }

  public SpaceId space(int which) {
    return vectors.get(which).space();
  }

  /// Brings an index to one of the spaces.
  public Indexing.Loaded load(Indexes indexes, int which, int keep, IndexOptions options) {
    return indexing(indexes, keep, PromotionCheck.LEAST_RECALL)
        .load(passages, vectors.get(which), options, Progress.NONE);
  }

  public Indexing indexing(Indexes indexes, int keep, double leastRecall) {
    var check =
        new PromotionCheck(
            encoders,
            questions,
            PromotionCheck.Origin.HEADINGS,
            RetrievalPlan.hybrid(.5),
            leastRecall);
    return new Indexing(indexes, "test", keep, check);
  }

  @Override
  public void close() {
    leases.forEach(Lease::close);
  }
}
