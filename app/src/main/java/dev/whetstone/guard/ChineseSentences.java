package dev.whetstone.guard;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// Chinese passages: the correct ones of the example sentences with which LanguageTool documents
/// its Chinese rules. They are about everything: the weather, school, crime, history, feelings.
///
/// A passage's id is the beginning of the SHA-256 of its text. Wrong examples, which carry the
/// attribute `correction`, are left out, and so are sentences of less than [#SHORTEST] characters.
final class ChineseSentences {
  static final String COORDINATES = "org.languagetool:language-zh:6.5";

  static final String SOURCE =
      "example sentences of LanguageTool's Chinese rules, LGPL 2.1 (" + COORDINATES + ")";

  private static final int SHORTEST = 8;
  private static final int ID = 8; // hexadecimal digits

  private static final String FILE = "org/languagetool/rules/zh/grammar.xml";
  private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);
  private static final Pattern EXAMPLE =
      Pattern.compile("<example([^>]*)>(.*?)</example>", Pattern.DOTALL);
  private static final Pattern TAG = Pattern.compile("<[^>]*>");
  private static final Pattern SPACE = Pattern.compile("[\\s\\u3000]+");

  private ChineseSentences() {}

  static List<Passage> read(Path jar) {
    var passages = new LinkedHashMap<String, Passage>();
    Matcher examples = EXAMPLE.matcher(COMMENT.matcher(rules(jar)).replaceAll(""));
    while (examples.find()) {
      if (examples.group(1).contains("correct")) {
        continue;
      }
      String text = plain(examples.group(2));
      if (text.length() >= SHORTEST) {
        String id = Sha256.of(text.getBytes(StandardCharsets.UTF_8)).substring(0, ID);
        passages.putIfAbsent(id, GeneralSet.passage(id, text, "zh"));
      }
    }
    return List.copyOf(passages.values());
  }

  private static String rules(Path jar) {
    try (var zip = new ZipFile(jar.toFile())) {
      ZipEntry file = zip.getEntry(FILE);
      if (file == null) {
        throw new Failure.CorruptArtifact(jar + " holds no " + FILE + ". Delete it and try again");
      }
      try (InputStream in = zip.getInputStream(file)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new Failure.CorruptArtifact(
          jar + " cannot be read: " + e.getMessage() + ". Delete it and try again", e);
    }
  }

  private static String plain(String marked) {
    String text =
        TAG.matcher(marked)
            .replaceAll("")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&apos;", "'")
            .replace("&amp;", "&");
    return SPACE.matcher(text).replaceAll("");
  }
}
