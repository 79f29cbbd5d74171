package dev.whetstone.workspace;

import dev.whetstone.core.Sha256;
import dev.whetstone.pairs.Question;
import java.time.LocalDate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// A question that people asked a server, kept as a candidate for a review. It says nothing of who
/// asked: no key, session or address, and of the time the day alone.
///
/// @param id a hash of the question's form, so that one that is asked again is the same
/// @param passages ids of those that were shown, best first; where the question was asked again,
///   further ones stand behind
/// @param times how often it was asked
/// @param days when
public record AskedQuestion(
    String id, String question, Asking asking, List<String> passages, int times, Days days) {
  /// Of a question, so that neither the file nor a review grows without bound.
  private static final int MOST_PASSAGES = 9;

  /// What came of a question; what needs a person most is first. Its name in lower case is what
  /// people read.
  public enum Outcome {
    /// No passage was found to answer it.
    DECLINED,
    /// It was answered with little support.
    BADLY_SUPPORTED,
    ANSWERED;

    public String words() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /// How an app answered it, the last time.
  ///
  /// @param app its name
  /// @param support the likelihood that the passages answer it, from 0 to 1
  public record Asking(String app, Outcome outcome, double support) {}

  /// Days in UTC, as `2026-11-28`.
  ///
  /// @param first that it was asked on
  /// @param last that it was asked on
  /// @param until the last day on which it is kept
  public record Days(String first, String last, String until) {
    public Days {
      for (String day : List.of(first, last, until)) {
        var _ = LocalDate.parse(day);
      }
    }

    /// Of a question that was asked on `day`.
    ///
    /// @param kept for so many days after it
    public static Days of(LocalDate day, int kept) {
      return new Days(day.toString(), day.toString(), day.plusDays(kept).toString());
    }
  }

  public AskedQuestion {
    passages = List.copyOf(passages);
  }

  /// One that was asked once; empty where its text has nothing that can be seen.
  ///
  /// @param passages ids, best first
  public static Optional<AskedQuestion> of(
      String question, Asking asking, List<String> passages, Days days) {
    String words = Question.typed(question);
    if (words.isBlank()) {
      return Optional.empty();
    }
    List<String> best = passages.subList(0, Math.min(passages.size(), MOST_PASSAGES));
    String id = Sha256.id("asked", new Question("q", words, List.of()).form());
    return Optional.of(new AskedQuestion(id, words, asking, best, 1, days));
  }

  /// Whether it is not to be kept any more on this day.
  boolean expired(LocalDate day) {
    return days.until().compareTo(day.toString()) < 0;
  }

  /// This and the same question asked later. A passage keeps its place, so that a table of the
  /// review that was written in between means the same.
  AskedQuestion and(AskedQuestion later) {
    Set<String> all = new LinkedHashSet<>(passages);
    all.addAll(later.passages());
    return new AskedQuestion(
        id,
        question,
        later.asking(),
        all.stream().limit(MOST_PASSAGES).toList(),
        times + later.times(),
        new Days(days.first(), later.days().last(), later.days().until()));
  }
}
