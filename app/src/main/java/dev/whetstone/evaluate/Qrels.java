package dev.whetstone.evaluate;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Relevance judgements: query id → passage id → gain. A gain above 0 is relevant, 0 or below is
/// judged and not relevant. Queries and passages keep the order they were given in.
public record Qrels(Map<String, Map<String, Integer>> gains) {
  public static final Qrels EMPTY = new Qrels(Map.of());

  public Qrels {
    var copy = new LinkedHashMap<String, Map<String, Integer>>();
    gains.forEach(
        (query, judged) ->
            copy.put(query, Collections.unmodifiableMap(new LinkedHashMap<>(judged))));
    gains = Collections.unmodifiableMap(copy);
  }

  /// Reads a file of tab-separated `query-id corpus-id score` lines under a header line, as BEIR
  /// writes them.
  ///
  /// @throws Failure.BadInput naming file and line
  public static Qrels read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new Failure.BadInput("there is no judgement file " + file, e);
    } catch (CharacterCodingException e) {
      throw new Failure.BadInput(file + " is not UTF-8: save it as UTF-8", e);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
    if (lines.isEmpty()) {
      throw new Failure.BadInput(file + " is empty: expected the header query-id corpus-id score");
    }
    if (lines.getFirst().matches("[^\\t]+\t[^\\t]+\t\\s*[+-]?[0-9]+\\s*")) {
      throw new Failure.BadInput(
          file
              + ", line 1 is a judgement: put the header query-id corpus-id score above it, with"
              + " tabs between");
    }
    var gains = new LinkedHashMap<String, Map<String, Integer>>();
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      String[] cells = lines.get(i).split("\t", -1);
      String where = file + ", line " + (i + 1);
      if (cells.length != 3 || cells[0].isBlank() || cells[1].isBlank()) {
        throw new Failure.BadInput(
            where + ": expected query-id, corpus-id and score with tabs between them");
      }
      var judged = gains.computeIfAbsent(cells[0].strip(), _ -> new LinkedHashMap<>());
      if (judged.put(cells[1].strip(), gain(cells[2].strip(), where)) != null) {
        throw new Failure.BadInput(where + ": this query and passage are judged twice");
      }
    }
    return new Qrels(gains);
  }

  private static int gain(String cell, String where) {
    try {
      return Integer.parseInt(cell);
    } catch (NumberFormatException e) {
      throw new Failure.BadInput(where + ": the score \"" + cell + "\" is no whole number", e);
    }
  }

  /// The judged passages of a query; empty for a query that is not here.
  public Map<String, Integer> of(String query) {
    return gains.getOrDefault(query, Map.of());
  }

  /// The judgements of groups of passages: a group has the highest gain of its members.
  ///
  /// @param group names the group of a passage
  public Qrels grouped(UnaryOperator<String> group) {
    var grouped = new LinkedHashMap<String, Map<String, Integer>>();
    gains.forEach(
        (query, judged) -> {
          var of = new LinkedHashMap<String, Integer>();
          judged.forEach((passage, gain) -> of.merge(group.apply(passage), gain, Math::max));
          grouped.put(query, of);
        });
    return new Qrels(grouped);
  }

  /// The passages of a query with a gain above 0.
  public Set<String> relevant(String query) {
    var relevant = new LinkedHashSet<String>();
    of(query)
        .forEach(
            (passage, gain) -> {
              if (gain > 0) {
                relevant.add(passage);
              }
            });
    return relevant;
  }

  /// The queries with at least one relevant passage: the ones that count.
  public List<String> queries() {
    return gains.keySet().stream().filter(query -> !relevant(query).isEmpty()).toList();
  }

  /// These queries alone, in the order of this object.
  public Qrels only(Collection<String> queries) {
    var selection = new HashSet<>(queries);
    var selected = new LinkedHashMap<String, Map<String, Integer>>();
    gains.forEach(
        (query, judged) -> {
          if (selection.contains(query)) {
            selected.put(query, judged);
          }
        });
    return new Qrels(selected);
  }

  /// The first `limit` of [#queries()] in the order of the SHA-1 of their ids: the same sample on
  /// every machine, of no order that the collection's makers chose.
  public Qrels limit(int limit) {
    var sha1 = sha1();
    return only(
        queries().stream()
            .sorted(
                Comparator.comparing(
                    (String query) ->
                        HexFormat.of()
                            .formatHex(sha1.digest(query.getBytes(StandardCharsets.UTF_8)))))
            .limit(limit)
            .toList());
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
