package dev.whetstone.train;

import dev.whetstone.core.Failure;
import java.util.List;
import java.util.TreeSet;

/// How a training goes about it, beside what the [Planner] settles from data and budget. Each part
/// can be switched on its own, so that its effect can be measured: [#parse] reads what `--recipe`
/// takes.
///
/// ```text
/// plain                        as usual, without guide and safeguards
/// batch=128                    questions in a step (32; auto: by data and budget)
/// negatives=2                  mined hard negatives for each question that was asked (auto)
/// guide=.95                    mask of false negatives: margin relative to the positive (off)
/// remine=on|off|auto           mine hard negatives anew with the weights of the time (off)
/// decay=.9                     factor of the learning rate a layer down (1: none; auto)
/// seeds=3                      trainings whose weights are averaged (1; auto)
/// matryoshka=384/192/96        dimensions whose prefixes are trained, too (off)
/// distill=on|off|auto          learn from a reranker's scores, too (off; auto: off)
/// safeguards=on|off            of written questions: headroom, and a gain above noise; of
///                              documents alone: the probe
/// ```
///
/// @param batches what a step sees
/// @param loss what it minimises
/// @param weights how the weights move
/// @param safeguards whether written questions, or documents alone, are held against what the base
///   can do already
public record Recipe(Batches batches, Loss loss, Motion weights, boolean safeguards) {
  /// What the planner decides.
  public static final int AUTO = 0;

  /// Whether something is done.
  public enum Choice {
    ON,
    OFF,
    /// The planner decides by budget and data.
    AUTO
  }

  /// @param size questions in a step; [#AUTO] by data and budget
  /// @param negatives mined hard negatives for each question that was asked; -1: the planner's
  /// @param remine whether they are mined anew on the way
  public record Batches(int size, int negatives, Choice remine) {
    public Batches {
      if (size != AUTO && (size < 2 || size > 512)) {
        throw new IllegalArgumentException("batch=" + size + " is not from 2 to 512");
      }
      if (negatives < -1 || negatives > 8) {
        throw new IllegalArgumentException("negatives=" + negatives + " is not from 0 to 8");
      }
    }
  }

  /// @param guide a passage whose similarity to the question by the base exceeds this share of the
  ///   positive's is no negative; 0: none is masked
  /// @param dimensions prefixes that are trained beside the whole vector; empty: none
  /// @param distill whether a teacher's scores are learnt from ([Distillation])
  public record Loss(double guide, List<Integer> dimensions, Choice distill) {
    /// Without a teacher.
    public Loss(double guide, List<Integer> dimensions) {
      this(guide, dimensions, Choice.OFF);
    }

    public Loss {
      dimensions = List.copyOf(dimensions);
      if (!(guide >= 0 && guide <= 2)) {
        throw new IllegalArgumentException("guide=" + guide + " is not from 0 to 2");
      }
      for (int dimension : dimensions) {
        if (dimension < 8) {
          throw new IllegalArgumentException("matryoshka=" + dimension + " is below 8");
        }
      }
    }
  }

  /// @param layerDecay factor of the learning rate from a layer to the one below; [#AUTO] for the
  ///   planner's
  /// @param seeds trainings whose weights are averaged; [#AUTO] by budget
  public record Motion(double layerDecay, int seeds) {
    public Motion {
      if (layerDecay != AUTO && !(layerDecay >= .3 && layerDecay <= 1)) {
        throw new IllegalArgumentException("decay=" + layerDecay + " is not from .3 to 1");
      }
      if (seeds < AUTO || seeds > 8) {
        throw new IllegalArgumentException("seeds=" + seeds + " is not from 1 to 8");
      }
    }
  }

  public Recipe {
    if (loss.distill() == Choice.ON && batches.remine() == Choice.ON) {
      throw new IllegalArgumentException(
          "distill=on and remine=on exclude each other: the teacher scores the negatives once");
    }
    if (loss.distill() == Choice.ON && batches.negatives() == 0) {
      throw new IllegalArgumentException(
          "distill=on needs hard negatives: the teacher scores them");
    }
  }

  /// What is used unless something else is asked for: the plain recipe with the guide and the
  /// safeguards. Of the planner's own (`auto`) larger batches, re-mining and averaged seeds showed
  /// no gain where they were compared (docs/training.md), and decay was not compared yet, so they
  /// are used on demand only.
  public static final Recipe STANDARD =
      new Recipe(new Batches(32, -1, Choice.OFF), new Loss(.95, List.of()), new Motion(1, 1), true);

  /// In-batch softmax in batches of 32 with the negatives mined once: to compare with.
  public static final Recipe PLAIN =
      new Recipe(new Batches(32, -1, Choice.OFF), new Loss(0, List.of()), new Motion(1, 1), false);

  /// The standard recipe with Matryoshka dimensions.
  public Recipe withDimensions(List<Integer> dimensions) {
    return new Recipe(
        batches, new Loss(loss.guide(), dimensions, loss.distill()), weights, safeguards);
  }

  /// Whether a teacher is needed.
  public boolean distils() {
    return loss.distill() == Choice.ON;
  }

  /// Reads `key=value,…`; what is not named is as in [#STANDARD], or as in [#PLAIN] after `plain`.
  ///
  /// @throws Failure.BadInput naming the part that cannot be used
  public static Recipe parse(String text) {
    return parse("--recipe", text);
  }

  /// The same.
  ///
  /// @param where the text stands, for the error
  public static Recipe parse(String where, String text) {
    Recipe recipe = STANDARD;
    for (String part : text.split(",", -1)) {
      String stripped = part.strip();
      if (stripped.equals("plain")) {
        recipe = PLAIN;
        continue;
      }
      int equals = stripped.indexOf('=');
      if (equals < 0) {
        throw bad(where, stripped, "is no key=value");
      }
      try {
        recipe = recipe.with(stripped.substring(0, equals), stripped.substring(equals + 1));
      } catch (IllegalArgumentException e) {
        throw bad(where, stripped, String.valueOf(e.getMessage()));
      }
    }
    return recipe;
  }

  private static Failure.BadInput bad(String where, String part, String why) {
    return new Failure.BadInput(
        where
            + " \""
            + part
            + "\": "
            + why
            + ". It takes plain, batch, negatives, guide, remine, decay, seeds, matryoshka,"
            + " distill and safeguards; for example: batch=128,remine=on");
  }

  private Recipe with(String key, String value) {
    boolean auto = value.equals("auto");
    return switch (key) {
      case "batch" -> with(new Batches(auto ? AUTO : integer(value, 2), negatives(), remine()));
      case "negatives" ->
          with(new Batches(batches.size(), auto ? -1 : integer(value, 0), remine()));
      case "remine" -> with(new Batches(batches.size(), negatives(), choice(value)));
      case "guide" ->
          with(new Loss(value.equals("off") ? 0 : guide(value), loss.dimensions(), loss.distill()));
      case "matryoshka" -> withDimensions(value.equals("off") ? List.of() : integers(value));
      case "distill" -> with(new Loss(loss.guide(), loss.dimensions(), choice(value)));
      case "decay" -> with(new Motion(auto ? AUTO : decay(value), weights.seeds()));
      case "seeds" -> with(new Motion(weights.layerDecay(), auto ? AUTO : integer(value, 1)));
      case "safeguards" -> new Recipe(batches, loss, weights, flag(value));
      default -> throw new IllegalArgumentException("there is no " + key);
    };
  }

  /// 0 stands for [#AUTO] inside, and is no decay.
  private static double decay(String value) {
    double decay = number(value);
    if (decay == AUTO) {
      throw new IllegalArgumentException("decay=" + value + " is not from .3 to 1");
    }
    return decay;
  }

  private int negatives() {
    return batches.negatives();
  }

  private Choice remine() {
    return batches.remine();
  }

  private Recipe with(Batches other) {
    return new Recipe(other, loss, weights, safeguards);
  }

  private Recipe with(Loss other) {
    return new Recipe(batches, other, weights, safeguards);
  }

  private Recipe with(Motion other) {
    return new Recipe(batches, loss, other, safeguards);
  }

  private static Choice choice(String value) {
    return switch (value) {
      case "on" -> Choice.ON;
      case "off" -> Choice.OFF;
      case "auto" -> Choice.AUTO;
      default -> throw new IllegalArgumentException("it is none of on, off and auto");
    };
  }

  private static boolean flag(String value) {
    if (!value.equals("on") && !value.equals("off")) {
      throw new IllegalArgumentException("it is neither on nor off");
    }
    return value.equals("on");
  }

  private static int integer(String value, int least) {
    int number;
    try {
      number = Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("it is no whole number", e);
    }
    if (number < least) {
      throw new IllegalArgumentException("it is below " + least);
    }
    return number;
  }

  private static double number(String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("it is no number", e);
    }
  }

  private static double guide(String value) {
    double guide = number(value);
    if (!(guide >= .8 && guide <= 1)) {
      throw new IllegalArgumentException("it is not from .8 to 1");
    }
    return guide;
  }

  /// Each once, the largest first.
  private static List<Integer> integers(String value) {
    var all = new TreeSet<Integer>();
    for (String one : value.split("/", -1)) {
      all.add(integer(one, 8));
    }
    return List.copyOf(all.descendingSet());
  }

  /// All of it, for what was made by it.
  String key() {
    return toString();
  }
}
