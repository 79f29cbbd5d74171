package dev.whetstone.pairs;

import dev.whetstone.core.Sha256;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Splits questions by document, or by another unit, so that no unit answers questions of two
/// groups. Units that one question names together stay together, and those of questions in the same
/// words. They are dealt out in the order of a hash of their ids and the seed, each to the group
/// that lacks most questions by its share: the groups' sizes come out close to the shares whatever
/// the units' sizes. Questions without a unit go to [Group#TEST].
///
/// Some questions only prove ([Question.Origin#onlyProves]): they and their units are put into
/// [Group#TEST] before the others are dealt out, and count for no share. So such a question about a
/// document that no other question names leaves the groups of all others as they were.
public final class DocumentSplit {
  /// What questions are used for, the strictest last.
  public enum Group {
    TRAIN,
    DEV,
    TEST
  }

  /// How many of the questions each group gets; the sum counts as the whole.
  public record Shares(double train, double dev, double test) {
    public Shares {
      if (!(train >= 0 && dev >= 0 && test >= 0 && train + dev + test > 0)) {
        throw new IllegalArgumentException("shares " + train + ", " + dev + ", " + test);
      }
    }

    double of(Group group) {
      double share =
          switch (group) {
            case TRAIN -> train;
            case DEV -> dev;
            case TEST -> test;
          };
      return share / (train + dev + test);
    }
  }

  private final Map<String, Group> units;
  private final Map<Group, List<Question>> questions;

  private DocumentSplit(Map<String, Group> units, Map<Group, List<Question>> questions) {
    this.units = units;
    this.questions = questions;
  }

  /// The same questions, shares and seed give the same split, in whatever order they come.
  public static DocumentSplit of(List<Question> questions, Shares shares, long seed) {
    return of(
        questions,
        question -> question.places().stream().map(Place::document).toList(),
        DocumentSplit::fixed,
        shares,
        seed);
  }

  /// [Group#TEST] for a question that only proves; null for the others, which are dealt out.
  static @Nullable Group fixed(Question question) {
    return question.origin().onlyProves() ? Group.TEST : null;
  }

  /// @param unitsOf a question; none for [Group#TEST]
  /// @param fixed the group that a question belongs to in any case, with its units; null for those
  ///   that are dealt out. Of several in a cluster the strictest holds
  static DocumentSplit of(
      List<Question> questions,
      Function<Question, List<String>> unitsOf,
      Function<Question, @Nullable Group> fixed,
      Shares shares,
      long seed) {
    var roots = new HashMap<String, String>();
    var unitByWords = new HashMap<String, String>(); // words of a question → a unit that answers it
    var firsts = new HashMap<Question, String>(); // the first unit of each that has one
    for (Question question : questions) {
      for (String unit : unitsOf.apply(question)) {
        firsts.putIfAbsent(question, unit);
        String first = unitByWords.computeIfAbsent(question.words(), _ -> unit);
        String one = root(roots, first);
        String other = root(roots, unit);
        roots.put(one.compareTo(other) < 0 ? other : one, one.compareTo(other) < 0 ? one : other);
      }
    }
    var clusters = new LinkedHashMap<String, List<Question>>();
    for (Question question : questions) {
      String first = firsts.get(question);
      if (first != null) {
        clusters.computeIfAbsent(root(roots, first), _ -> new ArrayList<>()).add(question);
      }
    }
    var dealt = new HashMap<String, Group>();
    clusters.forEach(
        (root, members) -> {
          members.stream()
              .map(fixed)
              .filter(Objects::nonNull)
              .max(Comparator.naturalOrder())
              .ifPresent(group -> dealt.put(root, group));
        });
    clusters.keySet().removeAll(dealt.keySet());
    dealt.putAll(deal(clusters, shares, seed));
    var byGroup = new EnumMap<Group, List<Question>>(Group.class);
    for (Question question : questions) {
      String first = firsts.get(question);
      String root = first == null ? "" : root(roots, first);
      byGroup
          .computeIfAbsent(dealt.getOrDefault(root, Group.TEST), _ -> new ArrayList<>())
          .add(question);
    }
    var units = new HashMap<String, Group>();
    for (String unit : List.copyOf(roots.keySet())) {
      units.put(unit, dealt.getOrDefault(root(roots, unit), Group.TEST));
    }
    return new DocumentSplit(units, byGroup);
  }

  private static String root(Map<String, String> roots, String unit) {
    String at = unit;
    for (String up = roots.getOrDefault(at, at); !up.equals(at); up = roots.getOrDefault(at, at)) {
      at = up;
    }
    roots.put(unit, at);
    return at;
  }

  private static Map<String, Group> deal(
      Map<String, List<Question>> clusters, Shares shares, long seed) {
    int total = clusters.values().stream().mapToInt(List::size).sum();
    var order = new ArrayList<>(clusters.keySet());
    order.sort(
        Comparator.comparing((String id) -> Sha256.id(String.valueOf(seed), id))
            .thenComparing(Comparator.naturalOrder()));
    var filled = new EnumMap<Group, Integer>(Group.class);
    var dealt = new HashMap<String, Group>();
    for (String cluster : order) {
      Group neediest = Group.TRAIN;
      double most = Double.NEGATIVE_INFINITY;
      for (Group group : Group.values()) {
        double share = shares.of(group);
        double lack = share - filled.getOrDefault(group, 0) / (double) total;
        if (share > 0 && lack > most) {
          neediest = group;
          most = lack;
        }
      }
      dealt.put(cluster, neediest);
      filled.merge(neediest, clusters.getOrDefault(cluster, List.of()).size(), Integer::sum);
    }
    return dealt;
  }

  /// The questions of a group, in the order they were given.
  public List<Question> questions(Group group) {
    return Collections.unmodifiableList(questions.getOrDefault(group, List.of()));
  }

  /// The group of a unit as questions name it; null for one that no question names.
  public @Nullable Group group(String unit) {
    return units.get(unit);
  }
}
