package dev.whetstone.answer;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// The terms of a text, for measuring overlap: lower-case words without the commonest ones and
/// without their inflection, and pairs of neighbouring characters of Chinese (and Japanese). Words
/// written in one (`connectTimeout`, `connect-timeout`) are taken apart and kept whole.
///
/// Accents are left out, so that a question without them names what a document writes with them.
///
/// This is not the index's analysis and need not be: only shares of terms are taken from it.
final class Terms {
  private static final Set<String> STOP =
      Set.of(
          ("a an and are as at be been but by can could did do does for from get had has have how i"
                  + " if in into is it its me my of on or our should so some than that the their"
                  + " them then there these they this those to us use used using was we were what"
                  + " when where which while who why will with would you your am not no any about"
                  + " want need make way possible let via per one also just only between within"
                  + " without 's t s")
              .split(" "));
  private static final Set<String> STOP_HAN =
      Set.of(
          "什么", "怎么", "如何", "哪些", "多少", "是否", "可以", "应当", "我们", "一个", "进行", "以及", "的是", "有哪", "么样");

  private static final Pattern ACCENTS = Pattern.compile("[\u0300-\u036F]");

  private Terms() {}

  /// In order of appearance, with repetitions.
  static List<String> of(String given) {
    String text = composed(given);
    var terms = new ArrayList<String>();
    int length = text.length();
    int at = 0;
    while (at < length) {
      int c = text.codePointAt(at);
      if (isHan(c)) {
        at = han(text, at, terms);
      } else if (Character.isLetterOrDigit(c)) {
        int end = at;
        while (end < length) {
          int d = text.codePointAt(end);
          if (!Character.isLetterOrDigit(d) || isHan(d)) {
            break;
          }
          end += Character.charCount(d);
        }
        word(text.substring(at, end), terms);
        at = end;
      } else {
        at += Character.charCount(c);
      }
    }
    return terms;
  }

  static Set<String> set(String text) {
    return new HashSet<>(of(text));
  }

  /// Whether an English word carries grammar rather than content.
  static boolean isStop(String word) {
    return STOP.contains(word);
  }

  /// The text with each letter and its accents in one character: decomposed, an accent would end a
  /// word.
  static String composed(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  private static String plain(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) > 0x7F) {
        String apart = Normalizer.normalize(word, Normalizer.Form.NFD);
        return composed(ACCENTS.matcher(apart).replaceAll(""));
      }
    }
    return word;
  }

  static boolean isHan(int c) {
    return switch (Character.UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA -> true;
      default -> false;
    };
  }

  private static int han(String text, int from, List<String> terms) {
    int end = from;
    int last = -1;
    int count = 0;
    while (end < text.length()) {
      int c = text.codePointAt(end);
      if (!isHan(c)) {
        break;
      }
      int next = end + Character.charCount(c);
      if (last >= 0) {
        String pair = text.substring(last, next);
        if (!STOP_HAN.contains(pair)) {
          terms.add(pair);
        }
      }
      last = end;
      end = next;
      count++;
    }
    if (count == 1) {
      terms.add(text.substring(from, end));
    }
    return end;
  }

  private static void word(String word, List<String> terms) {
    String whole = stem(plain(word.toLowerCase(Locale.ROOT)));
    if (whole.isEmpty() || STOP.contains(word.toLowerCase(Locale.ROOT))) {
      return;
    }
    terms.add(whole);
    int from = 0;
    for (int i = 1; i <= word.length(); i++) {
      boolean hump =
          i < word.length()
              && Character.isUpperCase(word.charAt(i))
              && Character.isLowerCase(word.charAt(i - 1));
      if (hump || (i == word.length() && from > 0)) {
        String part = plain(word.substring(from, i).toLowerCase(Locale.ROOT));
        if (part.length() > 1 && !STOP.contains(part)) {
          terms.add(stem(part));
        }
        from = i;
      }
    }
  }

  /// Cuts English endings: plural, `-ing`, `-ed`, `-ly`, then a silent or doubled last letter. Both
  /// sides of a comparison pass through here, so a wrong cut only costs precision.
  static String stem(String word) {
    int n = word.length();
    if (n < 4 || word.charAt(n - 1) > 'z') {
      return word;
    }
    String cut = word;
    if (cut.endsWith("ies") && n > 4) {
      cut = cut.substring(0, n - 3) + "y";
    } else if (cut.endsWith("sses")
        || cut.endsWith("xes")
        || cut.endsWith("ches")
        || cut.endsWith("shes")) {
      cut = cut.substring(0, n - 2);
    } else if (cut.endsWith("s")
        && !cut.endsWith("ss")
        && !cut.endsWith("us")
        && !cut.endsWith("is")) {
      cut = cut.substring(0, n - 1);
    }
    for (String ending : List.of("ing", "ed", "ly", "er", "or", "ion")) {
      if (cut.endsWith(ending) && cut.length() - ending.length() >= 4) {
        cut = cut.substring(0, cut.length() - ending.length());
        break;
      }
    }
    int m = cut.length();
    if (m > 3 && cut.charAt(m - 1) == 'e') {
      return cut.substring(0, m - 1);
    }
    if (m > 4
        && cut.charAt(m - 1) == cut.charAt(m - 2)
        && "bdgmnprt".indexOf(cut.charAt(m - 1)) >= 0) {
      return cut.substring(0, m - 1);
    }
    return cut;
  }
}
