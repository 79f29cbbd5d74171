package dev.whetstone.answer;

/// The words that go with an answer, in English or Chinese.
final class Notes {
  private Notes() {}

  static String notInDocuments(boolean chinese) {
    return chinese ? "文档中没有找到这个问题的答案。" : "The documents do not answer this question.";
  }

  /// Why a question was declined.
  static String declined(boolean chinese, Refusal refusal) {
    String words = notInDocuments(chinese);
    return switch (refusal) {
      case Refusal.UnknownNames unknown ->
          chinese
              ? words + "文档中没有提到：" + String.join("、", unknown.names()) + "。"
              : words + " They do not mention " + String.join(", ", unknown.names()) + ".";
      case Refusal.NoPassages _,
          Refusal.LowSupport _,
          Refusal.NothingToQuote _,
          Refusal.ModelDeclined _ ->
          words;
    };
  }

  /// What is to be said of a language model's answer; empty where that is nothing.
  ///
  /// @param removed sentences that their citations did not support
  /// @param leftOut passages that did not fit its window
  static String written(boolean chinese, int removed, int leftOut) {
    String first = removed == 0 ? "" : removed(chinese, removed);
    String second = leftOut == 0 ? "" : leftOut(chinese, leftOut);
    return first.isEmpty() || second.isEmpty() || chinese ? first + second : first + " " + second;
  }

  private static String leftOut(boolean chinese, int passages) {
    return chinese
        ? "有 " + passages + " 段超出语言模型的上下文长度，未提供给它。"
        : (passages == 1 ? "One passage" : passages + " passages")
            + " did not fit the language model's window and "
            + (passages == 1 ? "was" : "were")
            + " not shown to it.";
  }

  static String extractive(boolean chinese) {
    return chinese
        ? "以上为文档原文摘录，未经语言模型改写。"
        : "Extractive: these sentences are quoted from the documents; no language model wrote"
            + " them.";
  }

  static String modelDown(boolean chinese, String model) {
    return chinese
        ? "语言模型 " + model + " 不可用或未及时作答。以上为文档原文摘录。"
        : "The language model "
            + model
            + " is down or did not answer in time. These sentences are quoted from the documents"
            + " instead.";
  }

  static String brokeOff(boolean chinese, String model, int sentences) {
    return chinese
        ? "语言模型 " + model + " 的回答中断，只写出前 " + sentences + " 句；其余为文档原文摘录。"
        : "The language model "
            + model
            + " broke off after "
            + (sentences == 1 ? "the first sentence" : "the first " + sentences + " sentences")
            + ". The sentences after that are quoted from the documents.";
  }

  static String unsupported(boolean chinese, String model) {
    return chinese
        ? "语言模型 " + model + " 的回答没有文档依据，已弃用。以上为文档原文摘录。"
        : "What the language model "
            + model
            + " wrote was not supported by the passages it cited and was dropped. These sentences"
            + " are quoted from the documents instead.";
  }

  static String removed(boolean chinese, int sentences) {
    return chinese
        ? "已删去 " + sentences + " 句没有文档依据的内容。"
        : sentences == 1
            ? "One sentence that its citations did not support was removed."
            : sentences + " sentences that their citations did not support were removed.";
  }
}
