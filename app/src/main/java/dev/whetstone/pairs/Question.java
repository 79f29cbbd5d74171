package dev.whetstone.pairs;

import dev.whetstone.core.Sha256;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A question as a user asks it, and where it is answered.
///
/// @param id unique in its file
/// @param places each of them answers it; empty when the documents hold no answer
/// @param origin who asked it
public record Question(String id, String text, List<Place> places, Origin origin) {
  /// Who asked a question. Its name in lower case is part of a file format.
  public enum Origin {
    /// It came in a question log.
    IMPORTED,
    /// A language model wrote it, and a person accepted it, perhaps in other words.
    REVIEWED,
    /// A person wrote it about a passage that was shown.
    TYPED;

    /// As files and the command line have it.
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// The origin of that key; empty where there is none.
    public static Optional<Origin> of(String key) {
      return Stream.of(values()).filter(one -> one.key().equals(key)).findFirst();
    }

    /// Whether such a question only proves: it trains nothing, nor do others about its documents.
    public boolean onlyProves() {
      return this != IMPORTED;
    }
  }

  /// Signs that end or part sentences, where no word holds them: `3.2.1`, `C++` and `a-b` stay.
  private static final Pattern PUNCTUATION =
      Pattern.compile(
          "[\u3001\u3002\uFF01\uFF0C\uFF1A\uFF1B\uFF1F\u2026\u00BF\u00A1]"
              + "|[?!.,:;](?![\\p{L}\\p{N}])|(?<![\\p{L}\\p{N}])[?!,:;]");

  private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}]+");

  public Question {
    places = List.copyOf(places);
    if (id.isBlank() || text.isBlank()) {
      throw new IllegalArgumentException("a question has an id and a text");
    }
  }

  /// A question of a log.
  public Question(String id, String text, List<Place> places) {
    this(id, text, places, Origin.IMPORTED);
  }

  /// What a person typed as a question: without white space and unseen characters around it, and
  /// without control characters. Blank where nothing is left: that is no question.
  public static String typed(String text) {
    return QuestionText.visible(text.replaceAll("\\p{Cc}+", " "));
  }

  /// The id of a question that was given none.
  public static String id(String text) {
    return Sha256.id(text);
  }

  /// Whether its id was made of its text.
  public boolean unnamed() {
    return id.equals(id(text));
  }

  /// Its text in the form that two writings of one question share: without case, width, punctuation
  /// between words, and white space beyond a blank.
  public String form() {
    return form(text);
  }

  static String form(String question) {
    String wide = PUNCTUATION.matcher(question).replaceAll(" ");
    String plain = Normalizer.normalize(wide, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    String form = SPACE.matcher(PUNCTUATION.matcher(plain).replaceAll(" ")).replaceAll(" ").strip();
    return form.isEmpty() ? question : form;
  }

  /// Its words alone, lower-case: two questions with the same are one question.
  public String words() {
    return words(text);
  }

  /// As [#words()], of any text.
  public static String words(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
  }
}
