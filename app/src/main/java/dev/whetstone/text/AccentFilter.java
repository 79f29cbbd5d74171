package dev.whetstone.text;

import dev.whetstone.text.Analysis.Accents;
import java.io.IOException;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.FlagsAttribute;
import org.apache.lucene.analysis.tokenattributes.TypeAttribute;

/// Words in plain letters, as their language has it. Where a word gets two forms, each has half of
/// its weight in a question (see [WordForms]). Expects lower case; `й` is a letter, not an accented
/// `и`, so Cyrillic words stay as they are.
final class AccentFilter extends TokenFilter {
  private final Accents accents;
  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private final FlagsAttribute flags = addAttribute(FlagsAttribute.class);
  private final TypeAttribute type = addAttribute(TypeAttribute.class);
  private final ArrayDeque<String> pending = new ArrayDeque<>();
  private int share;

  AccentFilter(TokenStream input, Accents accents) {
    super(input);
    this.accents = accents;
  }

  @Override
  public boolean incrementToken() throws IOException {
    String next = pending.poll();
    if (next == null) {
      if (!input.incrementToken()) {
        return false;
      }
      if (ascii(term)) {
        return true;
      }
      List<String> forms = forms(term.toString());
      share = Math.max(1, flags.getFlags()) * forms.size();
      next = forms.getFirst();
      pending.addAll(forms.subList(1, forms.size()));
    } else {
      type.setType(WordForms.FURTHER_FORM);
    }
    term.setEmpty().append(next);
    flags.setFlags(share);
    return true;
  }

  @Override
  public void reset() throws IOException {
    super.reset();
    pending.clear();
  }

  private List<String> forms(String word) {
    String plain = plain(word);
    var forms = new ArrayList<String>();
    forms.add(accents == Accents.BESIDE ? word : plain);
    if (accents == Accents.BESIDE && !plain.equals(word)) {
      forms.add(plain);
    }
    if (accents == Accents.FOLDED) {
      String spelt = word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue");
      if (!spelt.equals(word)) {
        forms.add(plain(spelt)); // a German name in a text of another language
      }
    }
    return forms;
  }

  /// Without the accents of Latin and Greek letters, and with `ss` for `ß`, `o` for `ø`.
  private static String plain(String word) {
    String apart = Normalizer.normalize(word, Normalizer.Form.NFD);
    var kept = new StringBuilder(apart.length());
    boolean cyrillic = false;
    for (int i = 0; i < apart.length(); i++) {
      char c = apart.charAt(i);
      boolean accent = c >= '\u0300' && c <= '\u036F';
      if (!accent) {
        cyrillic = Character.UnicodeScript.of(c) == Character.UnicodeScript.CYRILLIC;
      }
      if (!accent || cyrillic) {
        kept.append(c);
      }
    }
    char[] letters = Normalizer.normalize(kept, Normalizer.Form.NFC).toCharArray();
    var ascii = new char[4 * letters.length]; // the longest that a letter becomes
    return new String(
        ascii, 0, ASCIIFoldingFilter.foldToASCII(letters, 0, ascii, 0, letters.length));
  }

  private static boolean ascii(CharSequence word) {
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) > 0x7F) {
        return false;
      }
    }
    return true;
  }
}
