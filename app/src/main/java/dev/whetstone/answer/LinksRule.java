package dev.whetstone.answer;

import java.text.Normalizer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// URLs, mail addresses, images, links and markup stand in the cited passages just so. A URL is
/// compared whole: one that only begins like the passage's leads elsewhere.
record LinksRule() implements CitationRule {
  private static final Pattern FOREIGN =
      Pattern.compile(
          "!?\\[[^\\]]{0,500}\\]\\([^)]{0,500}\\)?" // Markdown's images and links
              + "|!?\\[[^\\]]{1,500}\\]\\[[^\\]]{0,500}\\]"
              + "|<[/!?]?[a-z][^>]{0,500}>?" // HTML
              + "|&(?:#?[a-z0-9]{1,31});"
              + "|\\b(?:javascript|data|vbscript|file|mailto):\\S*"
              + "|\\b[a-z][a-z0-9+.-]{1,15}://[^\\s<>()\\p{IsHan}，。；）]*"
              + "|(?<![:\\w])//[a-z0-9-]+(?:\\.[a-z0-9-]+)+[^\\s<>()\\p{IsHan}]*"
              + "|[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)*"
              + "|(?<![\\w.@/-])(?:[a-z0-9-]+\\.)+[a-z]{2,24}\\b(?:/[^\\s<>()\\p{IsHan}]*)?");

  @Override
  public boolean holds(Claim claim) {
    Set<String> links = foreign(claim.sentence().text());
    if (links.isEmpty()) {
      return true;
    }
    var given = new HashSet<String>();
    claim.passages().forEach(passage -> given.addAll(foreign(passage.embedded())));
    return given.containsAll(links);
  }

  private static Set<String> foreign(String text) {
    var found = new HashSet<String>();
    String flat = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    Matcher matcher = FOREIGN.matcher(flat);
    while (matcher.find()) {
      found.add(matcher.group().replaceFirst("[.,;:!?'\"]+$", ""));
    }
    return found;
  }
}
