package dev.whetstone.corpus.markup;

import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ParseNotes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Removes encoded data from texts: data URIs, and long runs of Base64 or hex digits (pictures,
/// certificates, keys), on one line or wrapped. `…` stands in their place, and a note counts the
/// characters. A run has digits and letters, so that rulers, sequences of bases and long numbers
/// stay. For one document.
final class EncodedData {
  private static final int SHORTEST = 256; // characters
  private static final Pattern URI =
      Pattern.compile("(data:[\\w.+-]{1,100}/[\\w.+-]{1,100}[\\w;=.+-]{0,200},)[\\w+/=%.~-]{64,}+");
  private static final Pattern RUN = Pattern.compile("[A-Za-z0-9+/_-]{256,}+={0,2}");
  private static final Pattern FULL_LINE = Pattern.compile("[ \\t>]*+([A-Za-z0-9+/]{60,76})\\s*+");
  private static final Pattern LAST_LINE =
      Pattern.compile("[ \\t>]*+[A-Za-z0-9+/]{1,76}={0,2}\\s*+");
  private static final int FEWEST_LINES = 4;
  private static final String CUT = "…";

  private int characters;

  String cut(String text) {
    if (text.length() < SHORTEST) {
      return text;
    }
    String plain = URI.matcher(text).replaceAll(this::withoutData);
    plain = RUN.matcher(plain).replaceAll(this::withoutRun);
    return plain.indexOf('\n') >= 0 ? withoutWrapped(plain) : plain;
  }

  void noteOmissions(DocumentBuilder into) {
    if (characters > 0) {
      into.note(ParseNotes.charactersLeftOut(characters, " of encoded data"));
    }
  }

  private String withoutData(MatchResult uri) {
    characters += uri.group().length();
    return Matcher.quoteReplacement(uri.group(1) + CUT);
  }

  private String withoutRun(MatchResult run) {
    String digits = run.group();
    boolean slug = digits.indexOf('-') >= 0 || digits.indexOf('_') >= 0;
    if (!has(digits, '0', '9')
        || !(has(digits, 'a', 'z') || has(digits, 'A', 'Z'))
        || (slug && !(has(digits, 'a', 'z') && has(digits, 'A', 'Z')))) {
      return Matcher.quoteReplacement(digits);
    }
    characters += digits.length();
    return CUT;
  }

  private String withoutWrapped(String text) {
    var output = new StringBuilder(text.length());
    List<String> run = new ArrayList<>(); // lines of one width
    for (int at = 0; at < text.length(); ) {
      int newline = text.indexOf('\n', at);
      int end = newline < 0 ? text.length() : newline + 1;
      String line = text.substring(at, end);
      at = end;
      Matcher full = FULL_LINE.matcher(line);
      boolean matches = full.matches();
      if (matches && (run.isEmpty() || run.getLast().strip().length() == line.strip().length())) {
        run.add(line);
        continue;
      }
      boolean last = run.size() >= FEWEST_LINES && LAST_LINE.matcher(line).matches();
      if (last) {
        run.add(line);
      }
      end(run, output);
      if (matches && !last) {
        run.add(line);
      } else if (!last) {
        output.append(line);
      }
    }
    end(run, output);
    return output.toString();
  }

  private void end(List<String> run, StringBuilder into) {
    String lines = String.join("", run);
    if (run.size() >= FEWEST_LINES
        && has(lines, '0', '9')
        && has(lines, 'a', 'z')
        && has(lines, 'A', 'Z')) {
      characters += lines.length();
      into.append(CUT).append('\n');
    } else {
      into.append(lines);
    }
    run.clear();
  }

  private static boolean has(String text, char from, char to) {
    return text.chars().anyMatch(c -> c >= from && c <= to);
  }
}
