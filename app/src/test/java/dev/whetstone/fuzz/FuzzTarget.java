package dev.whetstone.fuzz;

import dev.whetstone.core.Failure;
import dev.whetstone.corpus.sandbox.ParserFuzzing;
import dev.whetstone.model.TokenizerFuzzing;
import dev.whetstone.model.WeightsFuzzing;
import dev.whetstone.pairs.QuestionFile;
import dev.whetstone.workspace.SettingsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// A reader of files from outside, and what must hold whatever bytes it gets: it returns, or throws
/// a [Failure]; nothing else comes out of it. Parsers must also give a document whose blocks are
/// sound and of which the splitter loses nothing.
public enum FuzzTarget {
  TEXT,
  MARKDOWN,
  HTML,
  ASCIIDOC,
  PDF,
  PDF_PAGE,
  DOCX_BODY,
  XLSX_SHEET,
  PPTX_SLIDE,
  CSV,
  JSON_LINES,
  EML,
  MSG_TEXT,
  RTF,
  ODT_BODY,
  EPUB_CHAPTER,
  SETTINGS,
  QUESTIONS_CSV,
  QUESTIONS_JSON,
  SAFETENSORS,
  TOKENIZER;

  /// Sound inputs, to be mutated: the files of `src/test/resources/fuzz/TARGET`.
  List<byte[]> seeds() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/fuzz", name()))) {
      return files.sorted().map(FuzzTarget::bytes).toList();
    }
  }

  /// @throws RuntimeException or an error if what must hold does not
  void check(byte[] input) {
    try {
      switch (this) {
        case TEXT -> ParserFuzzing.check("f.txt", input);
        case MARKDOWN -> ParserFuzzing.check("f.md", input);
        case HTML -> ParserFuzzing.check("f.html", input);
        case ASCIIDOC -> ParserFuzzing.check("f.adoc", input);
        case PDF -> ParserFuzzing.check("f.pdf", input);
        case PDF_PAGE -> ParserFuzzing.check("f.pdf", ParserFuzzing.pdf(input));
        case DOCX_BODY -> ParserFuzzing.check("f.docx", ParserFuzzing.docx(input));
        case XLSX_SHEET -> ParserFuzzing.check("f.xlsx", ParserFuzzing.xlsx(input));
        case PPTX_SLIDE -> ParserFuzzing.check("f.pptx", ParserFuzzing.pptx(input));
        case CSV -> ParserFuzzing.check("f.csv", input);
        case JSON_LINES -> ParserFuzzing.check("f.jsonl", input);
        case EML -> ParserFuzzing.check("f.eml", input);
        case MSG_TEXT -> ParserFuzzing.check("f.msg", ParserFuzzing.msg(input));
        case RTF -> ParserFuzzing.check("f.rtf", input);
        case ODT_BODY -> ParserFuzzing.check("f.odt", ParserFuzzing.odt(input));
        case EPUB_CHAPTER -> ParserFuzzing.check("f.epub", ParserFuzzing.epub(input));
        case SETTINGS -> read("whetstone.yaml", input, SettingsFile::read);
        case QUESTIONS_CSV -> read("q.csv", input, QuestionFile::read);
        case QUESTIONS_JSON -> read("q.jsonl", input, QuestionFile::read);
        case SAFETENSORS -> WeightsFuzzing.check(input);
        case TOKENIZER -> TokenizerFuzzing.check(input);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void read(String name, byte[] input, Function<Path, Object> reader)
      throws IOException {
    Path folder = Files.createTempDirectory("fuzz");
    try {
      Object _ = reader.apply(Files.write(folder.resolve(name), input));
    } catch (Failure _) {
      // refused in words
    } finally {
      Files.deleteIfExists(folder.resolve(name));
      Files.delete(folder);
    }
  }
}
