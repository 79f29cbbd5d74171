package dev.whetstone.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebLinkTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "JavaScript:alert(1)//https://a.example",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "/srv/docs/guide.pdf",
        "C:\\docs\\guide.pdf",
        "s3://papers/guide.pdf",
        "//docs.example.com/guide.pdf",
        "guide.html",
        "https://",
        "https:///guide.pdf",
        "https://user:secret@docs.example.com/guide.pdf",
        "https://docs.example.com/\"><script>",
        "https://docs.example.com/a\nb",
        " ",
        ""
      })
  void whatIsNoAddressOnTheWebIsNoLink(String text) {
    assertThat(WebLink.of(text)).isEmpty();
  }

  @Test
  void anAddressStaysAndIsPutIntoAscii() {
    assertThat(WebLink.of("https://docs.example.com/a/b.pdf?v=2#top"))
        .contains("https://docs.example.com/a/b.pdf?v=2#top");
    assertThat(WebLink.of(" HTTP://docs.example.com/My file.pdf "))
        .contains("HTTP://docs.example.com/My%20file.pdf");
    assertThat(WebLink.of("https://docs.example.com/手册.pdf"))
        .contains("https://docs.example.com/%E6%89%8B%E5%86%8C.pdf");
    assertThat(WebLink.of("https://docs.example.com/" + "x".repeat(WebLink.LONGEST))).isEmpty();
  }

  private static Optional<String> link(int page, Map<String, String> metadata) {
    return new Passage("p", "d.pdf", List.of(), "text", 0, 4, page, 1, metadata).link();
  }

  @Test
  void aPassageOfAPdfLinksToItsPage() {
    String url = "https://docs.example.com/guide";

    assertThat(link(7, Map.of("format", "pdf", "url", url))).contains(url + "#page=7");
    assertThat(link(0, Map.of("format", "pdf", "url", url))).contains(url);
    assertThat(link(7, Map.of("format", "pptx", "url", url))).contains(url);
    assertThat(link(7, Map.of("format", "pdf", "url", url + "#s2"))).contains(url + "#s2");
    assertThat(link(7, Map.of("url", url + ".PDF?x=1"))).contains(url + ".PDF?x=1#page=7");
    assertThat(link(7, Map.of())).isEmpty();
    assertThat(link(7, Map.of("url", "javascript:alert(1)"))).isEmpty();
  }

  @Test
  void aFolderOfThisMachineIsNoObject() {
    var passage = new Passage("p", "d", List.of(), "text", 0, 4, 0, 1, Map.of());

    assertThat(passage.with(Map.of(Passage.SOURCE, "s3://papers/d")).object())
        .contains("s3://papers/d");
    assertThat(passage.with(Map.of(Passage.SOURCE, "/srv/papers/d")).object()).isEmpty();
    assertThat(passage.object()).isEmpty();
  }
}
