package dev.whetstone.encode;

import dev.whetstone.core.BatchedRows;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.TokenCounter;
import dev.whetstone.core.Vectors;
import dev.whetstone.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A model's tokenizer and runtimes as an [Encoder].
final class TextEncoder implements Encoder {
  /// Questions of usual lengths in several languages, for a trial.
  private static final List<String> SAMPLE =
      List.of(
          "How do I set the time-out of the connection pool?",
          "which documents are needed to register a foreign company",
          "warranty period refurbished devices",
          "Does the policy cover damage that was caused by a subcontractor abroad?",
          "What is the recommended starting dose for patients with impaired kidney function?",
          "error 0x80070005 during installation",
          "Can an employee carry over unused leave into the next calendar year?",
          "effect of boundary layer suction on the drag of thin wings",
          "Wie lange sind Rechnungen nach dem Handelsrecht aufzubewahren?",
          "Comment résilier un contrat d'assurance avant son échéance ?",
          "个体工商户的债务由谁承担？",
          "劳动合同到期不续签有没有经济补偿");

  private final Model model;
  private final Tokenizer tokenizer;
  private final Runtimes runtimes;
  private final EncoderSettings settings;

  TextEncoder(Model model, Tokenizer tokenizer, Runtimes runtimes, EncoderSettings settings) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.runtimes = runtimes;
    this.settings = settings;
    if (settings.runtime() != RuntimeChoice.AUTO) {
      var _ = runtimes.forQueries(List.of());
    }
  }

  @Override
  public SpaceId space() {
    return model.space();
  }

  @Override
  public int dimension() {
    return model.dimension();
  }

  @Override
  public TokenCounter tokens() {
    return tokenizer;
  }

  @Override
  public List<float[]> queries(List<String> questions) {
    List<int[]> ids = ids(model.prompts().query(), questions);
    float[] rows = embed(runtimes.forQueries(ids), ids, Progress.NONE.start("", 0, ""));
    var vectors = new ArrayList<float[]>();
    for (int i = 0; i < questions.size(); i++) {
      vectors.add(Arrays.copyOfRange(rows, i * dimension(), (i + 1) * dimension()));
    }
    return vectors;
  }

  @Override
  public Vectors texts(List<String> ids, List<String> texts, Progress progress) {
    if (ids.size() != texts.size()) {
      throw new IllegalArgumentException(ids.size() + " ids for " + texts.size() + " texts");
    }
    try (var task = progress.start("embed", texts.size(), "passages")) {
      List<int[]> tokens = ids(model.prompts().passage(), texts);
      float[] rows = embed(runtimes.forPassages(tokens), tokens, task);
      return new Vectors(space(), ids, dimension(), rows);
    }
  }

  @Override
  public void prepareQuestions() {
    runtimes.chooseForQuestions(ids(model.prompts().query(), SAMPLE));
  }

  private List<int[]> ids(String prompt, List<String> texts) {
    List<String> prompted = prompt.isEmpty() ? texts : texts.stream().map(prompt::concat).toList();
    return tokenizer.ids(prompted, model.maxTokens());
  }

  private float[] embed(BatchRuntime runtime, List<int[]> ids, Progress.Task task) {
    return new BatchedRows<int[]>(ids, x -> x.length, settings.batchTokens(), settings.batchTexts())
        .compute(
            runtime::embedAll,
            dimension(),
            (rows, count) -> {
              requireUnit(rows);
              task.advance(count);
            });
  }

  /// A NaN or a zero vector comes from broken weights, and would poison every ranking.
  private void requireUnit(float[] rows) {
    for (int from = 0; from < rows.length; from += dimension()) {
      double square = 0;
      for (int i = from; i < from + dimension(); i++) {
        square += (double) rows[i] * rows[i];
      }
      if (!(Math.abs(square - 1) < 1e-3)) {
        throw new Failure.CorruptArtifact(
            "the model "
                + model
                + " gives a vector of squared length "
                + square
                + " instead of 1: its weights are broken. Train or fetch it anew");
      }
    }
  }

  @Override
  public void close() {
    runtimes.close();
    tokenizer.close();
  }
}
