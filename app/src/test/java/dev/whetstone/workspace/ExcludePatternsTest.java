package dev.whetstone.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExcludePatternsTest {
  /// What Git's own `git check-ignore` says of the same patterns and paths.
  @ParameterizedTest
  @CsvSource({
    "archive,       archive/2019/a.md,  true",
    "archive,       docs/archive/a.md,  true",
    "archive,       archives/a.md,      false",
    "archive/,      docs/archive/a.md,  true",
    "/archive,      archive/a.md,       true",
    "/archive,      docs/archive/a.md,  false",
    "docs/archive,  docs/archive/a.md,  true",
    "docs/archive,  x/docs/archive/a.md, false",
    "*.draft.md,    docs/a.draft.md,    true",
    "*.draft.md,    a.draft.md,         true",
    "*.draft.md,    a.md,               false",
    "docs/*.md,     docs/a.md,          true",
    "docs/*.md,     docs/sub/a.md,      false",
    "docs/**/a.md,  docs/a.md,          true",
    "docs/**/a.md,  docs/x/y/a.md,      true",
    "**/sub/a.md,   sub/a.md,           true",
    "**/sub/a.md,   docs/sub/a.md,      true",
    "**/a.md,       a.md,               true",
    "docs/**,       docs/sub/a.md,      true",
    "?.md,          b/a.md,             true",
    "?.md,          b/ab.md,            false",
    "Übersicht*,    Übersicht 2024.md,  true"
  })
  void aPatternExcludesWhatGitWouldIgnore(String pattern, String path, boolean excluded) {
    assertThat(new ExcludePatterns(List.of(pattern)).match(path)).isEqualTo(excluded);
  }

  @Test
  void whatOnePatternOfManyNamesIsExcluded() {
    var exclusions = new ExcludePatterns(List.of("*.txt", "old/"));

    assertThat(Stream.of("a.txt", "old/a.md", "a.md").filter(exclusions::match))
        .containsExactly("a.txt", "old/a.md");
    assertThat(new ExcludePatterns(List.of()).match("a.md")).isFalse();
  }

  @Test
  void whatIsNoPatternIsRefused() {
    for (String pattern : List.of("[", "", "/", "**/", "{a,{b}}", "!a.md")) {
      assertThatThrownBy(() -> new ExcludePatterns(List.of(pattern)))
          .as(pattern)
          .isInstanceOfSatisfying(
              PatternSyntaxException.class, e -> assertThat(e.getPattern()).isEqualTo(pattern));
    }
  }

  @Test
  void choicesInBracesMayHoldFolders() {
    var exclusions = new ExcludePatterns(List.of("{docs/**/a,b}.md"));

    assertThat(Stream.of("docs/x/a.md", "b.md", "c.md").filter(exclusions::match))
        .containsExactly("docs/x/a.md", "b.md");
  }

  @Test
  void aNameIsMatchedHoweverItsSystemWritesLettersWithMarks() {
    String decomposed = "U\u0308bersicht.md";

    assertThat(new ExcludePatterns(List.of("\u00DCbersicht*")).match(decomposed)).isTrue();
    assertThat(new ExcludePatterns(List.of("U\u0308b*")).match("\u00DCbersicht.md")).isTrue();
  }
}
