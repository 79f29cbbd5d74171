package dev.whetstone.train;

import dev.whetstone.core.Sha256;
import dev.whetstone.torch.ContrastiveTraining;
import dev.whetstone.torch.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What will be done, settled once by the [Planner] from the budget and the machine's speed, and
/// then stored: a run that goes on follows the stored plan, so that the clock changes no result.
///
/// @param key what it was made for: with other data or seed there must be another plan
/// @param optimisation of the training whose rate is the rule's; others may be tried beside it
/// @param search what is compared on the dev questions
/// @param settled what rules settled, for the candidate's decisions
public record FineTuningPlan(
    Key key,
    Speed speed,
    PairCounts pairs,
    Optimisation optimisation,
    Texts texts,
    SearchSpace search,
    List<Decision> settled) {
  static final int FORMAT = 10; // up to 9 a training had a lane for each core

  public FineTuningPlan {
    settled = List.copyOf(settled);
  }

  /// @param format of the stored plan
  /// @param data hash of the pairs, questions and passages
  public record Key(int format, String data, long seed) {}

  /// What was measured.
  ///
  /// @param precision of training
  /// @param limits of a pass, as memory allows ([MemoryPlan])
  public record Speed(
      Precision precision, double pairsPerSecond, ContrastiveTraining.Limits limits) {}

  /// Pairs trained on, counted as often as they are seen.
  ///
  /// @param labels from questions that people asked
  /// @param written from questions that a language model wrote
  /// @param documents made of the documents alone
  /// @param epochs over the label pairs, or over the written ones where there are no labels; over
  ///   the document pairs where there are neither
  /// @param negatives mined for each pair of a question that was asked or written
  public record PairCounts(
      int labels, int written, int documents, double epochs, Negatives negatives) {
    /// Seen in all.
    public int total() {
      return labels + written + documents;
    }

    /// Those of questions that were asked or written.
    public int asked() {
      return labels + written;
    }
  }

  /// Hard negatives.
  ///
  /// @param each how many for a pair
  /// @param remined shares of the steps after which they are mined anew with the weights of the
  ///   time; empty: the base's stay
  /// @param pool passages that are embedded for that, at most
  public record Negatives(int each, List<Double> remined, int pool) {
    public Negatives {
      remined = List.copyOf(remined);
    }
  }

  /// @param batch questions in a step
  /// @param rate peak learning rate by the rule
  /// @param warmUp share of the steps in which the rate rises
  /// @param layerDecay factor of the rate from a layer to the one below, by the rule; 1: none
  /// @param seeds trainings whose weights are averaged
  public record Optimisation(
      int batch, double rate, double warmUp, double layerDecay, int seeds, Loss loss) {}

  /// @param scale of the cosines in the softmax: 1 / temperature
  /// @param guide margin of the mask of false negatives, relative to the positive; 0: none
  /// @param dimensions prefixes that are trained beside the whole vector
  /// @param distillation weight of the divergence from a teacher's shares; 0: none is asked
  public record Loss(double scale, double guide, List<Integer> dimensions, double distillation) {
    public Loss {
      dimensions = List.copyOf(dimensions);
    }
  }

  /// @param questionTokens where longer questions are cut; `passageTokens` likewise
  /// @param queryPrompt whether the base's query prompt is put before questions
  public record Texts(int questionTokens, int passageTokens, boolean queryPrompt) {}

  /// The passages to choose on.
  ///
  /// @param top of each arm for each dev question; 0: nothing is chosen
  /// @param random drawn at random beside them
  public record Pool(int top, int random) {}

  /// The questions to choose on.
  ///
  /// @param count of them that are asked
  /// @param written whether a language model wrote them: then the gain must exceed noise, or the
  ///   base stays
  public record Dev(int count, boolean written) {}

  /// What a [DocumentProbe] compares.
  ///
  /// @param passages that questions are made of; 0: there is no probe
  /// @param shares of the trained weights
  public record Probe(int passages, List<Double> shares) {
    static final Probe NONE = new Probe(0, List.of());

    public Probe {
      shares = List.copyOf(shares);
    }
  }

  /// What is compared on the dev questions.
  ///
  /// @param trials the beginnings of trainings that are compared first
  /// @param ends shares of the steps after which weights are stored and compared, the last of them
  ///   1
  /// @param alphas shares of the trained weights, the rest being the base's
  /// @param probe what is compared where people asked nothing
  public record SearchSpace(
      Trials trials, List<Double> ends, List<Double> alphas, Dev dev, Pool pool, Probe probe) {
    public SearchSpace {
      ends = List.copyOf(ends);
      alphas = List.copyOf(alphas);
    }

    /// How many candidates are embedded and scored, but for those of fewer dimensions.
    int evaluations() {
      return trials.evaluations() + ends.size() - 1 + alphas.size();
    }
  }

  /// @param rates peak learning rates, the rule's first; that one alone: it stands
  /// @param layerDecay one more trial at the best of the rates, with this decay; 1: none
  /// @param share of the steps after which they are compared; the best one's training goes on
  /// @param because why the rule's rate stands; empty where rates are compared
  public record Trials(List<Double> rates, double layerDecay, double share, String because) {
    public Trials {
      rates = List.copyOf(rates);
    }

    /// How many trainings are begun.
    int count() {
      return rates.size() + (layerDecay < 1 ? 1 : 0);
    }

    int evaluations() {
      return count() > 1 ? count() : 0;
    }
  }

  /// The same with what else was settled.
  FineTuningPlan settling(Optional<Decision> more) {
    var all = new ArrayList<Decision>(settled);
    more.ifPresent(all::add);
    return new FineTuningPlan(key, speed, pairs, optimisation, texts, search, all);
  }

  /// Over all of it, for what was found by it.
  String hash() {
    return Sha256.id(
        key.toString(),
        speed.toString(),
        pairs.toString(),
        optimisation.toString(),
        texts.toString(),
        search.toString());
  }
}
