package dev.whetstone.questions;

import java.util.EnumMap;
import java.util.HashMap;
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
/// @param examples passages, each with a question of every kind that it answers; two, of different
///   trades and forms. A small model takes over from a single one how its questions are built, and
///   its subject: shown a rule about heaters alone, a model of half a billion weights asked of a
///   study of shells "how often should an orthotropic shell be inspected?", and 15 of 50 replies
///   about abstracts of aerodynamics had something of the heater in them
record PromptWords(
    String code,
    String task,
    Map<QuestionKind, Label> kinds,
    String asLikeThese,
    String ask,
    String answerIn,
    List<Example> examples) {
  /// The label of a kind, and what is asked for.
  record Label(String label, String meaning) {}

  /// A passage with a question of each kind.
  record Example(String passage, Map<QuestionKind, String> questions) {}

  static final PromptWords ENGLISH =
      new PromptWords(
          "en",
          """
          You are given a passage. Write what people who need it would type into a search box. They \
          have never seen it, and use plain everyday words instead of the words of the passage. Name \
          the subject in every line; never write "this", "the text", "the document" or a section \
          number. Do not answer. One line for each kind:\
          """,
          kinds(
              "fact", "asks for one fact",
              "how-to", "asks how to do something or decide something",
              "trouble", "tells what happened to me or what is wrong here, then asks",
              "keywords", "two to six search words, no sentence",
              "plain", "asks for the main point, without technical words"),
          "People have asked such questions before. Write in their manner, about the passage:",
          "Write: ",
          "Write the questions in %s.",
          List.of(
              new Example(
                  """
                  Heating > Inspection. Vent connectors shall be examined annually for corrosion and \
                  soot deposits. Where soot is present the appliance shall not be operated until the \
                  burner has been adjusted, since incomplete combustion produces carbon monoxide.\
                  """,
                  questions(
                      "how often should the exhaust pipe of a gas heater be looked at?",
                      "What do I do when I find black dust in my heater's chimney pipe?",
                      "There is black powder around my furnace, is it safe to leave it on?",
                      "black residue furnace flue danger",
                      "Why can a dirty flame in a stove make people ill?")),
              new Example(
                  """
                  Sleep and the memory of words. Forty adults learned pairs of words and were tested after \
                  a night of rest or of wakefulness. Recall was higher after rest, above all for pairs that \
                  had been learned late in the evening, and the duration of slow-wave sleep predicted the \
                  gain.\
                  """,
                  questions(
                      "does a night without rest make people forget vocabulary?",
                      "what time of the day is best to study foreign words so that they stick?",
                      "I cram until morning and cannot recall a thing, is the lack of deep sleep"
                          + " the reason?",
                      "studying before bed vocabulary recall",
                      "What does the brain gain from sleeping after a lesson?"))));

  static final PromptWords CHINESE =
      new PromptWords(
          "zh",
          """
          给你一段资料，请写出需要它的人会在搜索框里输入的问题。他们没有看过资料，用日常口语提问，不照抄资料的词句。\
          每一行都要说清楚问的是什么事，不要写“本文”“该规定”“上述”，不要写第几条。不要回答。每种一行：\
          """,
          kinds(
              "事实", "问一个具体的事实",
              "做法", "问怎么做、怎么办或怎么判断",
              "情况", "像当事人那样讲出自己遇到的情况，再问",
              "关键词", "两到五个搜索词，不成句",
              "大白话", "用老百姓的话问要点，不用专业词"),
          "以前有人这样提问，请照这种口吻，针对资料来写：",
          "请写：",
          "",
          List.of(
              new Example(
                  """
                  燃气管理 > 用户责任。燃气用户应当每年检查连接软管，软管出现老化、龟裂的，应当立即更换。\
                  因用户未履行检查义务造成他人损害的，由用户承担赔偿责任。\
                  """,
                  questions(
                      "家里煤气灶的管子多久要看一次？",
                      "煤气管子裂了口子该怎么处理？",
                      "我家煤气管没换，结果把楼下邻居炸伤了，我要赔钱吗？",
                      "煤气软管 裂开 谁负责",
                      "自己没检查煤气，害了别人，算谁的？")),
              new Example(
                  """
                  疫苗接种 > 注意事项。接种后须在现场留观三十分钟，出现皮疹、呼吸困难等过敏反应的，立即报告接种人员。\
                  接种部位当日保持干燥，两日内避免剧烈运动；发热超过三十八度五的，应当就医。\
                  """,
                  questions(
                      "打完疫苗要坐多久才能走？",
                      "孩子打针以后身上起疹子应该找谁？",
                      "我昨天打了疫苗，今天烧得厉害，需要去医院吗？",
                      "打针 洗澡 跑步",
                      "打了预防针，头两天有什么不能做？"))));

  /// The words for passages of a language.
  static PromptWords of(String language) {
    return language.equals("zh") ? CHINESE : ENGLISH;
  }

  /// Labels of all languages, by which a reply's lines are read.
  static Map<String, QuestionKind> labels() {
    var labels = new HashMap<String, QuestionKind>();
    for (PromptWords words : Set.of(ENGLISH, CHINESE)) {
      words.kinds.forEach((kind, label) -> labels.put(label.label(), kind));
    }
    labels.put("symptom", QuestionKind.SYMPTOM);
    labels.put("how to", QuestionKind.HOW_TO);
    labels.put("howto", QuestionKind.HOW_TO);
    labels.put("keyword", QuestionKind.KEYWORDS);
    return labels;
  }

  private static Map<QuestionKind, Label> kinds(String... labelsAndMeanings) {
    var kinds = new EnumMap<QuestionKind, Label>(QuestionKind.class);
    int at = 0;
    for (QuestionKind kind : QuestionKind.values()) {
      kinds.put(kind, new Label(labelsAndMeanings[at], labelsAndMeanings[at + 1]));
      at += 2;
    }
    return kinds;
  }

  private static Map<QuestionKind, String> questions(String... inOrder) {
    var questions = new EnumMap<QuestionKind, String>(QuestionKind.class);
    int at = 0;
    for (QuestionKind kind : QuestionKind.values()) {
      questions.put(kind, inOrder[at++]);
    }
    return questions;
  }

  /// An example's questions of these kinds, as a reply.
  String exampleReply(Example example, List<QuestionKind> asked) {
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
