package dev.whetstone.corpus.markup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EncodedDataTest {
  private static final byte[] BYTES = new byte[1200];

  static {
    new Random(5).nextBytes(BYTES);
  }

  private static final String RUN = Base64.getEncoder().encodeToString(BYTES);
  private static final String WRAPPED =
      Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(BYTES);

  @Test
  void longRunsAreCutAndToldInEachFormat() {
    String uri = "data:image/png;base64," + RUN;
    List<Document> documents =
        List.of(
            MarkupDocuments.markdown(
                "Before.\n\n![a](" + uri + ")\n\nRaw: " + RUN + "\n\n" + uri + "\n\nAfter."),
            MarkupDocuments.markdown(
                "Before.\n\n```\n-----BEGIN\n" + WRAPPED + "\n-----END\n```\n\nAfter."),
            MarkupDocuments.html(
                "<p>Before.<img src='"
                    + uri
                    + "'> "
                    + RUN
                    + "</p><pre>\n"
                    + WRAPPED
                    + "\n</pre>After."),
            MarkupDocuments.asciidoc(
                "Before.\n\n----\n" + WRAPPED + "\n----\n\n" + RUN + "\n\nAfter."),
            MarkupDocuments.text("Before.\n\n" + WRAPPED + "\n\nRaw: " + RUN + "\n\nAfter.\n"));

    assertThat(documents)
        .allSatisfy(
            document -> {
              assertThat(document.text()).startsWith("Before.").endsWith("After.").contains("…");
              assertThat(document.text().length()).isLessThan(100);
              assertThat(document.notes()).hasSize(1).first().asString().contains("encoded data");
            });
  }

  @Test
  void longTextsThatAreNoDataStay() {
    String bases = "ACGT".repeat(200);
    String digits = "31415926".repeat(200);
    String ruler = "-".repeat(400) + "_".repeat(400);
    String slug = "a-long-name-of-a-page-2024-".repeat(20) + "x";
    String address = "https://example.org/" + "part/of/it.html?q=1&".repeat(30);
    String text =
        String.join(
            "\n\n",
            bases,
            digits,
            ruler + "x",
            slug,
            address,
            "x",
            (bases.substring(0, 64) + "\n").repeat(8));

    Document document = MarkupDocuments.text(text);

    assertThat(document.text().replaceAll("\\s", "")).isEqualTo(text.replaceAll("\\s", ""));
    assertThat(document.notes()).isEmpty();
  }
}
