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
import org.jspecify.annotations.Nullable;

/// Splits questions by document, so that no document answers questions of two groups. Documents
/// that one question names together stay together, and those of questions in the same words. They
/// are dealt out in the order of a hash of their ids and the seed, each to the group that lacks
/// most questions by its share: the groups' sizes come out close to the shares whatever the
/// documents' sizes. Questions without a place go to [Group#TEST].
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

  private final Map<String, Group> documents;
  private final Map<Group, List<Question>> questions;

  private DocumentSplit(Map<String, Group> documents, Map<Group, List<Question>> questions) {
    this.documents = documents;
    this.questions = questions;
  }

  /// The same questions, shares and seed give the same split, in whatever order they come.
  public static DocumentSplit of(List<Question> questions, Shares shares, long seed) {
    var roots = new HashMap<String, String>();
    var asked = new HashMap<String, String>(); // words of a question → a document that answers it
    for (Question question : questions) {
      for (Place place : question.places()) {
        String first = asked.computeIfAbsent(question.words(), _ -> place.document());
        String one = root(roots, first);
        String other = root(roots, place.document());
        roots.put(one.compareTo(other) < 0 ? other : one, one.compareTo(other) < 0 ? one : other);
      }
    }
    var clusters = new LinkedHashMap<String, List<Question>>();
    for (Question question : questions) {
      if (!question.places().isEmpty()) {
        String root = root(roots, question.places().getFirst().document());
        clusters.computeIfAbsent(root, _ -> new ArrayList<>()).add(question);
      }
    }
    Map<String, Group> dealt = deal(clusters, shares, seed);
    var byGroup = new EnumMap<Group, List<Question>>(Group.class);
    for (Question question : questions) {
      String root =
          question.places().isEmpty() ? "" : root(roots, question.places().getFirst().document());
      byGroup
          .computeIfAbsent(dealt.getOrDefault(root, Group.TEST), _ -> new ArrayList<>())
          .add(question);
    }
    var documents = new HashMap<String, Group>();
    for (String document : List.copyOf(roots.keySet())) {
      documents.put(document, dealt.getOrDefault(root(roots, document), Group.TEST));
    }
    return new DocumentSplit(documents, byGroup);
  }

  private static String root(Map<String, String> roots, String document) {
    String at = document;
    for (String up = roots.getOrDefault(at, at); !up.equals(at); up = roots.getOrDefault(at, at)) {
      at = up;
    }
    roots.put(document, at);
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

  /// The group of a document as questions name it; null for one that no question names.
  public @Nullable Group group(String document) {
    return documents.get(document);
  }
}
