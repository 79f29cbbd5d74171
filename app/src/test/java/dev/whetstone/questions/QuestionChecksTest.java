package dev.whetstone.questions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Passage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each check by itself.
class QuestionChecksTest {
  private static final Passage ENGLISH =
      passage(
          List.of("Boilers"),
          "Safety valves of a boiler have to be tested every 12 months by a qualified inspector"
              + " from TUV. A valve that does not open at the set pressure is replaced at once.");
  private static final Passage CHINESE =
      passage(List.of("锅炉"), "锅炉的安全阀应当每十二个月由具有资格的检验人员检验一次，安全阀在规定压力下不能开启的，应当立即更换。");

  static Passage passage(List<String> headings, String text) {
    return new Passage("p", "d", headings, text, 0, text.length(), 0, 40, Map.of());
  }

  private static Candidate english(String question, QuestionKind kind) {
    return new Candidate(question, kind, ENGLISH, "en");
  }

  private static Candidate chinese(String question) {
    return new Candidate(question, QuestionKind.FACT, CHINESE, "zh");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "What does this document say about boilers?",
        "Who is the author of the passage on valves?",
        "What is the purpose of Section 3.2?",
        "Which values does Table B list?",
        "What are the symptoms of this disease?",
        "What is it used for?",
        "What did they find?",
        "According to the text, when is a valve tested?",
        "Why was the valve mentioned above replaced?"
      })
  void whatOnlyAReaderOfThePassageCanAskPointsAtIt(String question) {
    assertThat(new PointingCheck().refuses(english(question, QuestionKind.FACT))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "How long does a boiler valve last?",
        "My boiler drips, how do I stop this?",
        "Is it safe to run a boiler whose valve is old?",
        "How does a transistor amplify its signal?",
        "Are the results for women similar to those found in men?",
        "How is a difference equation solved?",
        "Can I still apply this year?"
      })
  void aQuestionThatMakesSenseAlonePointsAtNothing(String question) {
    assertThat(new PointingCheck().refuses(english(question, QuestionKind.FACT))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"本法的适用范围是什么？", "第三十一条规定了什么？", "该规定什么时候生效？", "上述人员有什么责任？", "这种行为怎么处罚？"})
  void aChineseQuestionThatPointsAtItsTextIsRefused(String question) {
    assertThat(new PointingCheck().refuses(chinese(question))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"安全阀应该多久检验一次？", "邻居家漏水我该找谁赔？", "公司拖欠工资，这种情况怎么办？", "十六岁以下能不能打工？"})
  void aChineseQuestionThatMakesSenseAlonePasses(String question) {
    assertThat(new PointingCheck().refuses(chinese(question))).isFalse();
  }

  @Test
  void copiedWordsAreCountedWithoutTheNameInTheHeading() {
    CopyCheck.Copied copied =
        CopyCheck.copied("Is a boiler valve tested every 12 months by law?", ENGLISH, "en");

    assertThat(copied.run()).isEqualTo(5); // tested every 12 months by
    assertThat(copied.terms()).isEqualTo(6); // valve, tested, every, 12, months, law
    assertThat(copied.share()).isEqualTo(5.0 / 6);
  }

  @Test
  void aSentenceOfThePassageIsCopiedAndAParaphraseIsNot() {
    var check = new CopyCheck();

    assertThat(
            check.refuses(
                english(
                    "Does a valve that does not open at the set pressure get replaced?",
                    QuestionKind.FACT)))
        .isTrue();
    assertThat(check.refuses(english("When must I exchange a stuck valve?", QuestionKind.FACT)))
        .isFalse();
    assertThat(check.refuses(chinese("安全阀在规定压力下不能开启怎么办？"))).isTrue();
    assertThat(check.refuses(chinese("锅炉上的阀打不开了要换新的吗？"))).isFalse();
  }

  @Test
  void theLongestRunIsThatOfTheSlowMethod() {
    var random = new Random(3);
    for (int i = 0; i < 500; i++) {
      List<Integer> a = random.ints(random.nextInt(12), 0, 3).boxed().toList();
      List<Integer> b = random.ints(random.nextInt(12), 0, 3).boxed().toList();

      assertThat(CopyCheck.run(strings(a), strings(b))).as(a + " in " + b).isEqualTo(slowRun(a, b));
    }
  }

  private static List<String> strings(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).toList();
  }

  private static int slowRun(List<Integer> a, List<Integer> b) {
    for (int length = Math.min(a.size(), b.size()); length > 0; length--) {
      var runs = new ArrayList<List<Integer>>();
      for (int i = 0; i + length <= b.size(); i++) {
        runs.add(b.subList(i, i + length));
      }
      for (int i = 0; i + length <= a.size(); i++) {
        if (runs.contains(a.subList(i, i + length))) {
          return length;
        }
      }
    }
    return 0;
  }

  @Test
  void namesAndNumbersThatThePassageDoesNotMentionAreRefused() {
    var check = new AnsweredCheck();

    assertThat(check.refuses(english("Is a valve tested every 24 months?", QuestionKind.FACT)))
        .isTrue();
    assertThat(check.refuses(english("Does a valve in Berlin need a test?", QuestionKind.FACT)))
        .isTrue();
    assertThat(check.refuses(english("Can TUV look at my valve?", QuestionKind.FACT))).isFalse();
    assertThat(check.refuses(english("Where do penguins live?", QuestionKind.FACT))).isTrue();
    assertThat(check.refuses(chinese("锅炉的安全阀36个月检验一次可以吗？"))).isTrue();
  }

  @Test
  void aNumberStandsInThePassageAsAWholeOrAsPartOfADate() {
    String text = "The 2.4 GHz band of the router was tested on 12.03.2024 for 10,000 hours.";
    var passage = PassageChoiceTest.passage("p", "d", "Router", text);
    for (String number : List.of("2.4", "2", "2024", "12.03.2024", "10,000")) {
      assertThat(refused("Was the router tested at " + number + "?", passage)).as(number).isFalse();
    }
    for (String number : List.of("4", "2.45", "24", "202", "000", "2.4.1")) {
      assertThat(refused("Was the router tested at " + number + "?", passage)).as(number).isTrue();
    }
  }

  private static boolean refused(String question, Passage passage) {
    return new AnsweredCheck().refuses(new Candidate(question, QuestionKind.FACT, passage, "en"));
  }

  @Test
  void aQuestionInEverydayWordsMayShareNoneWithThePassage() {
    assertThat(
            new AnsweredCheck()
                .refuses(english("the heater hisses, whom do I call?", QuestionKind.SYMPTOM)))
        .isFalse();
  }

  @Test
  void theLanguageOfAQuestionIsThatOfItsPassage() {
    assertThat(LanguageCheck.fits("How often is a valve tested?", "en")).isTrue();
    assertThat(LanguageCheck.fits("阀门多久检验一次？", "en")).isFalse();
    assertThat(LanguageCheck.fits("阀门多久检验一次？", "zh")).isTrue();
    assertThat(LanguageCheck.fits("How often is a valve tested?", "zh")).isFalse();
    assertThat(LanguageCheck.fits("Wie oft wird das Ventil geprüft?", "de")).isTrue();
    assertThat(LanguageCheck.fits("How often is the valve tested?", "de")).isFalse();
    assertThat(LanguageCheck.fits("Sicherheitsventil Prüfung", "de")).isTrue();
  }

  @Test
  void theFormIsThatOfSomethingThatAPersonTypes() {
    var check = new FormCheck();

    assertThat(check.refuses(english("Valve?", QuestionKind.FACT))).isTrue();
    assertThat(check.refuses(english("What is [subject] for?", QuestionKind.FACT))).isTrue();
    assertThat(check.refuses(english("word ".repeat(41), QuestionKind.FACT))).isTrue();
    assertThat(check.refuses(english("A valve has to be tested.", QuestionKind.FACT))).isTrue();
    assertThat(check.refuses(english("A valve has to be tested.", QuestionKind.SYMPTOM))).isTrue();
    assertThat(check.refuses(english("my valve drips all day", QuestionKind.SYMPTOM))).isFalse();
    assertThat(check.refuses(english("valve test", QuestionKind.KEYWORDS))).isFalse();
    assertThat(check.refuses(chinese("阀门？"))).isTrue();
    assertThat(check.refuses(chinese("阀门多久检验一次？"))).isFalse();
  }

  @Test
  void theFirstOfSeveralLikeQuestionsStays() {
    var check = new RepeatCheck();

    assertThat(check.refuses(english("How often is a boiler valve tested?", QuestionKind.FACT)))
        .isFalse();
    assertThat(check.refuses(english("how often is a boiler valve TESTED", QuestionKind.FACT)))
        .isTrue();
    assertThat(check.refuses(english("Is a boiler valve tested often?", QuestionKind.FACT)))
        .isTrue();
    assertThat(check.refuses(english("Who tests a boiler valve?", QuestionKind.FACT))).isFalse();
  }

  @Test
  void aQuestionThatHoldsAPieceOfAnExampleIsRefused() {
    var check = new RepeatCheck();
    check.rememberExample("is it safe to leave my old furnace on over night?", "en");
    check.rememberExample("结果把楼下邻居炸伤了，我要赔钱吗？", "zh");

    assertThat(
            check.refuses(
                english("The valve hisses, is it safe to leave it?", QuestionKind.SYMPTOM)))
        .isTrue();
    assertThat(check.refuses(chinese("我家阀门没更换，结果把楼下邻居炸伤了怎么办？"))).isTrue();
    assertThat(check.refuses(chinese("安全阀没检验出了事故要赔钱吗？"))).isFalse();
  }

  @Test
  void aQuestionAboutTheSubjectOfAnExampleIsRefused() {
    var check = new RepeatCheck();
    var example =
        new PromptWords.Example(
            "The flue of a furnace is swept in autumn.",
            Map.of(QuestionKind.KEYWORDS, "black residue chimney"));
    check.rememberExample(example, "en");

    assertThat(check.refuses(english("black residue on a boiler valve?", QuestionKind.KEYWORDS)))
        .isTrue();
    assertThat(check.refuses(english("Is the valve of a furnace tested?", QuestionKind.FACT)))
        .isFalse(); // one term may be an everyday word
    assertThat(check.refuses(english("Who has tested the boiler valve?", QuestionKind.FACT)))
        .isFalse();
  }

  @Test
  void aQuestionWhoseTermsLeaveMoreThanOnePassageIsGeneric() {
    var passages = new ArrayList<Passage>();
    for (int i = 0; i < 64; i++) {
      String text =
          "valve"
              + (i < 8 ? " pressure" : "")
              + (i % 8 == 0 ? " steam" : "")
              + (i == 0 ? " gasket" : "");
      passages.add(new Passage("p" + i, "d", List.of(), text, 0, text.length(), 0, 4, Map.of()));
    }
    var check = new GenericCheck(passages);

    assertThat(check.refuses(english("What is a valve?", QuestionKind.FACT))).isTrue(); // 64 left
    assertThat(check.refuses(english("What is the pressure?", QuestionKind.FACT))).isTrue(); // 8
    assertThat(check.refuses(english("Why does the toast burn?", QuestionKind.FACT))).isTrue();
    assertThat(check.refuses(english("Is it under steam pressure?", QuestionKind.FACT)))
        .isFalse(); // 64 / 8 / 8 = 1
    assertThat(check.refuses(english("What is the gasket for?", QuestionKind.FACT))).isFalse();
  }
}
