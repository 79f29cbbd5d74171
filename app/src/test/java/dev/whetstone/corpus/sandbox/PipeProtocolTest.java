package dev.whetstone.corpus.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ParseOutcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipeProtocolTest {
  @Test
  void aDocumentWithPagesTablesAndNotesArrivesAsItWasSent() throws IOException {
    var into = new DocumentBuilder("folder/manual.pdf", "pdf");
    into.title("Lift manual")
        .page(1)
        .heading(1, "Doors")
        .paragraph("The doors close by themselves.");
    into.page(4).table(List.of("Part", "Weight"), List.of(List.of("Cable", "3 kg")));
    into.note("the letters on 2 of its 4 written pages cannot be told and are left out");
    Document document = into.build();

    byte[] answer = PipeProtocol.answer(new ParseOutcome.Parsed(document));

    assertThat(PipeProtocol.answer(answer)).isEqualTo(new ParseOutcome.Parsed(document));
  }
}
