package dev.whetstone.corpus.markup;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.html.charsetdetector.StandardHtmlEncodingDetector;

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

  private DeclaredCharset() {}

  /// Empty when none is named, or none that is known. UTF-8 and UTF-16 are told by the bytes
  /// themselves, and passed over.
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
      var page = "<meta charset=\"%s\">".formatted(label).getBytes(StandardCharsets.US_ASCII);
      Charset standard =
          new StandardHtmlEncodingDetector().detect(new ByteArrayInputStream(page), new Metadata());
      if (standard != null && Charset.isSupported(standard.name())) {
        return Optional.of(wider(standard));
      }
      return Optional.of(wider(Charset.forName(label)));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // no label, here or in the standard
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The set that holds all characters which browsers read under this name.
  static Charset wider(Charset charset) {
    String name = WIDER.getOrDefault(charset.name(), charset.name());
    return Charset.isSupported(name) ? Charset.forName(name) : charset;
  }
}
