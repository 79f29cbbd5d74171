package dev.whetstone.workshop.questions;

import dev.whetstone.core.Passage;
import dev.whetstone.questions.WrittenQuestion;
import dev.whetstone.workspace.AskedQuestion;
import java.util.List;

/// A question to decide about.
public sealed interface ReviewItem {
  String id();

  /// As it was written or asked.
  String text();

  /// Whether it was put off before.
  boolean skipped();

  /// One that a language model wrote about a passage.
  record Written(WrittenQuestion question, Passage passage, boolean skipped) implements ReviewItem {
    @Override
    public String id() {
      return question.id();
    }

    @Override
    public String text() {
      return question.question();
    }
  }

  /// One that people asked a server.
  ///
  /// @param times how often it was asked, questions that are nearly the same counted
  /// @param shown those of its passages that there still are, best first
  record Asked(AskedQuestion question, int times, List<Shown> shown, boolean skipped)
      implements ReviewItem {
    public Asked {
      shown = List.copyOf(shown);
    }

    @Override
    public String id() {
      return question.id();
    }

    @Override
    public String text() {
      return question.question();
    }
  }

  /// A passage that was shown to those who asked.
  ///
  /// @param number its place among the question's passages, from 1; the same in each review
  record Shown(int number, Passage passage) {}
}
