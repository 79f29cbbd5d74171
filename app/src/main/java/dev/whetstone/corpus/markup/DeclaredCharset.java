package dev.whetstone.corpus.markup;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The character set that a page names in a `meta` element or an XML declaration, as browsers take
/// it: by the labels of the WHATWG Encoding Standard, where `iso-8859-1` means Windows-1252 and
/// `gb2312` GB18030. Comments, scripts and style sheets are passed over, however long they are.
final class DeclaredCharset {
  private static final int HEAD = 1 << 20; // bytes; a browser that finds one later begins again
  private static final int LONGEST_TAG = 2000;
  private static final Pattern TAG =
      Pattern.compile("<(meta|script|style|title|\\?xml)\\b([^>]*)", Pattern.CASE_INSENSITIVE);
  private static final String VALUE = "\\s*=\\s*[\"']?\\s*([a-z0-9_.:+-]{2,40})";
  private static final Pattern CHARSET = Pattern.compile("(?<!=)[\\s/\"']charset" + VALUE);
  private static final Pattern IN_CONTENT = Pattern.compile("charset" + VALUE);
  private static final Pattern ENCODING = Pattern.compile("\\sencoding" + VALUE);

  /// The standard's sets hold more characters than Java's of the same name.
  private static final Map<String, String> WIDER =
      Map.of(
          "Shift_JIS", "windows-31j",
          "EUC-JP", "x-eucJP-Open",
          "EUC-KR", "x-windows-949",
          "GBK", "GB18030",
          "GB2312", "GB18030",
          "Big5", "Big5-HKSCS",
          "ISO-2022-JP", "x-windows-iso2022jp",
          "x-MacCyrillic", "x-MacUkraine");

  /// Labels of the WHATWG Encoding Standard that Java does not know or gives another meaning, each
  /// line behind the charset that they stand for. All other labels are names or aliases in Java.
  /// Source: https://encoding.spec.whatwg.org/#names-and-labels
  private static final Map<String, String> CHARSET_OF_LABEL =
      charsetOfLabel(
          """
          windows-1252 ansi_x3.4-1968 ascii cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1
          windows-1252 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii x-cp1252 x-user-defined
          windows-1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9
          windows-1254 iso_8859-9:1989 l5 latin5 x-cp1254
          windows-1250 x-cp1250
          windows-1251 x-cp1251
          windows-1253 x-cp1253
          windows-1255 x-cp1255
          windows-1256 x-cp1256
          windows-1257 x-cp1257
          windows-1258 x-cp1258
          x-windows-874 dos-874 iso-8859-11 iso8859-11 iso885911 tis-620
          x-windows-949 csksc56011987 iso-ir-149 korean ks_c_5601-1989
          x-MacRoman csmacintosh mac macintosh x-mac-roman
          x-MacUkraine x-mac-cyrillic x-mac-ukrainian
          Big5-HKSCS cn-big5 x-x-big5
          GB18030 chinese csgb2312 csiso58gb231280 gb_2312 gb_2312-80 iso-ir-58 x-gbk
          KOI8-R koi
          KOI8-U koi8-ru
          ISO-8859-1 iso-8859-14 iso8859-14 iso885914
          ISO-8859-2 iso88592
          ISO-8859-3 iso88593
          ISO-8859-4 iso88594 iso-8859-10 iso8859-10 iso885910 csisolatin6 iso-ir-157 l6 latin6
          ISO-8859-5 iso88595
          ISO-8859-6 iso88596 csiso88596e csiso88596i iso-8859-6-e iso-8859-6-i
          ISO-8859-7 iso88597
          ISO-8859-8 iso88598 csiso88598e csiso88598i iso-8859-8-e iso-8859-8-i logical visual
          ISO-8859-13 iso885913
          ISO-8859-15 iso885915
          """);

  private DeclaredCharset() {}

  private static Map<String, String> charsetOfLabel(String table) {
    var charsets = new HashMap<String, String>();
    for (String line : table.lines().toList()) {
      String[] words = line.split(" ", -1);
      for (int i = 1; i < words.length; i++) {
        charsets.put(words[i], words[0]);
      }
    }
    return Map.copyOf(charsets);
  }

  /// Empty when no known set is named. UTF-8 and UTF-16 are skipped, since the bytes themselves
  /// show them.
  static Optional<Charset> of(byte[] bytes) {
    String head =
        new String(bytes, 0, Math.min(HEAD, bytes.length), StandardCharsets.ISO_8859_1)
            .toLowerCase(Locale.ROOT);
    int at = head.indexOf('<');
    while (at >= 0) {
      int next = at + 1;
      if (head.startsWith("<!--", at)) {
        next = head.indexOf("-->", at + 4);
      } else {
        Matcher tag = TAG.matcher(head).region(at, Math.min(head.length(), at + LONGEST_TAG));
        if (tag.lookingAt()) {
          String name = tag.group(1);
          switch (name) {
            case "meta", "?xml" -> {
              Optional<Charset> named = label(name, tag.group(2)).flatMap(DeclaredCharset::named);
              if (named.isPresent() && !named.get().name().startsWith("UTF-")) {
                return named;
              }
            }
            default -> next = head.indexOf("</" + name, tag.end());
          }
        }
      }
      at = next < 0 ? -1 : head.indexOf('<', next);
    }
    return Optional.empty();
  }

  private static Optional<String> label(String element, String attributes) {
    Pattern pattern =
        element.equals("?xml")
            ? ENCODING
            : attributes.contains("http-equiv") ? IN_CONTENT : CHARSET;
    Matcher label = pattern.matcher(attributes);
    return label.find() ? Optional.of(label.group(1)) : Optional.empty();
  }

  private static Optional<Charset> named(String label) {
    try {
      return Optional.of(wider(Charset.forName(CHARSET_OF_LABEL.getOrDefault(label, label))));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // neither a label of the standard nor a name that Java knows
    }
  }

  /// The set that holds all characters which browsers read under this name.
  static Charset wider(Charset charset) {
    String name = WIDER.getOrDefault(charset.name(), charset.name());
    return Charset.isSupported(name) ? Charset.forName(name) : charset;
  }
}
