package dev.whetstone.questions;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The words of a prompt in one language.
///
/// @param code of the language that the prompt is written in, ISO 639-1
/// @param task what the model is to do; the kinds follow it
/// @param kinds each kind's label, which begins its line, and what is asked for
/// @param asLikeThese stands before questions of people; what they share is to be copied
/// @param ask stands before the labels that are asked for
/// @param answerIn a format for the language of the questions, where it is not that of the prompt;
///   empty where it always is
/// @param example a passage, and a question of each kind that it answers
record PromptWords(
    String code,
    String task,
    Map<QuestionKind, Label> kinds,
    String asLikeThese,
    String ask,
    String answerIn,
    Example example) {
  /// The label of a kind, and what is asked for.
  record Label(String label, String meaning) {}

  /// A passage with a question of each kind.
  record Example(String passage, Map<QuestionKind, String> questions) {}

  static final PromptWords ENGLISH =
      new PromptWords(
          "en",
          """
          You write what people type into a search box. You are given a passage, and write \
          questions to which the passage is the answer.
          The people have never seen the passage. They have a task, a trouble or a doubt, and say it \
          in plain everyday words, not in those of the passage. Each question must make sense alone: \
          name the thing it is about, and never write "this", "the text", "the passage", "the \
          document", "the author" or a section number. Do not answer the questions.
          Write one line for each kind that is asked for, and begin it with the kind:\
          """,
          kinds(
              "fact", "asks for one fact: a number, a name, a condition, a reason",
              "how-to", "asks how to do something or to decide something",
              "symptom", "tells a situation or a trouble as the person in it would",
              "keywords", "two to six search words, no sentence",
              "plain", "asks for the main point, without any technical word of the passage"),
          "People have asked such questions before. Write in their manner, about the passage:",
          "Write one line for each: ",
          "Write the questions in %s.",
          new Example(
              """
              Combustion appliances > Inspection. Vent connectors shall be examined annually for \
              corrosion, loose joints and soot deposits. Where soot is present the appliance shall \
              not be operated until a qualified technician has adjusted the burner, since \
              incomplete combustion produces carbon monoxide.\
              """,
              questions(
                  "how often should somebody look at the exhaust pipe of a gas heater?",
                  "What do I do when I find black dust in the chimney pipe of my heater?",
                  "There is black powder around my furnace and it smells, is it safe to keep it"
                      + " on?",
                  "black residue furnace flue danger",
                  "Why can a dirty flame make the people in a house ill?")));

  static final PromptWords CHINESE =
      new PromptWords(
          "zh",
          """
          你来写用户在搜索框里输入的问题。给你一段资料，请写出能用这段资料回答的问题。
          提问的人没有看过这段资料，他们遇到了事情、困难或疑问，用自己日常的口语来问，不照抄资料里的词句。\
          每个问题单独看也要能看懂：说清楚问的是什么事情，不要写“本文”“该规定”“上述”“这段资料”“作者”，\
          也不要写第几条、第几章。只写问题，不要回答。
          每种问题写一行，行首写明种类：\
          """,
          kinds(
              "事实", "问一个具体的事实：数字、名称、条件或原因",
              "做法", "问怎么做、怎么办理或怎么判断",
              "情况", "像当事人那样讲出遇到的情况或麻烦，再问",
              "关键词", "两到五个搜索词，不成句",
              "大白话", "用老百姓的话问资料的要点，不用资料里的专业词"),
          "以前有人这样提问，请照这种口吻，针对资料来写：",
          "请各写一行：",
          "",
          new Example(
              """
              燃气设施管理 > 用户责任。燃气用户应当每年检查连接软管，软管出现老化、龟裂的，应当立即停止使用并更换。\
              因用户未履行检查义务造成他人损害的，由用户承担赔偿责任。\
              """,
              questions(
                  "家里煤气灶的管子多久要看一次？",
                  "煤气管子裂了口子该怎么处理？",
                  "我家煤气管没换，结果把楼下邻居炸伤了，我要赔钱吗？",
                  "煤气软管 裂开 谁负责",
                  "自己没检查煤气，害了别人，算谁的？")));

  /// The words for passages of a language.
  static PromptWords of(String language) {
    return language.equals("zh") ? CHINESE : ENGLISH;
  }

  /// Labels of all languages, by which a reply's lines are read.
  static Map<String, QuestionKind> labels() {
    var labels = new java.util.HashMap<String, QuestionKind>();
    for (PromptWords words : Set.of(ENGLISH, CHINESE)) {
      words.kinds.forEach((kind, label) -> labels.put(label.label(), kind));
    }
    labels.put("how to", QuestionKind.HOW_TO);
    labels.put("howto", QuestionKind.HOW_TO);
    labels.put("keyword", QuestionKind.KEYWORDS);
    return labels;
  }

  private static Map<QuestionKind, Label> kinds(String... labelsAndMeanings) {
    var kinds = new EnumMap<QuestionKind, Label>(QuestionKind.class);
    for (QuestionKind kind : QuestionKind.values()) {
      int at = 2 * kind.ordinal();
      kinds.put(kind, new Label(labelsAndMeanings[at], labelsAndMeanings[at + 1]));
    }
    return kinds;
  }

  private static Map<QuestionKind, String> questions(String... inOrder) {
    var questions = new EnumMap<QuestionKind, String>(QuestionKind.class);
    for (QuestionKind kind : QuestionKind.values()) {
      questions.put(kind, inOrder[kind.ordinal()]);
    }
    return questions;
  }

  /// The example's questions of these kinds, as a reply.
  String exampleReply(List<QuestionKind> asked) {
    var reply = new StringBuilder();
    for (QuestionKind kind : asked) {
      reply.append(label(kind)).append(": ").append(example.questions().get(kind)).append('\n');
    }
    return reply.toString().strip();
  }

  String label(QuestionKind kind) {
    Label label = kinds.get(kind);
    if (label == null) {
      throw new IllegalStateException("no label for " + kind);
    }
    return label.label();
  }
}
