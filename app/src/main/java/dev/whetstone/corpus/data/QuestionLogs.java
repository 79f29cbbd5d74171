package dev.whetstone.corpus.data;

import dev.whetstone.core.Failure;

/// Tells logs of questions, which lie beside documents, from documents.
final class QuestionLogs {
  private QuestionLogs() {}

  static Failure refusal() {
    return new Failure.BadInput(
        "is a log of questions with their answers, not a document; import it as questions, and keep"
            + " it from the documents with stage.exclude");
  }
}
