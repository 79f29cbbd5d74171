package dev.whetstone.corpus.sandbox;

import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.FileFormat;
import dev.whetstone.corpus.ParseOptions;
import dev.whetstone.corpus.markup.AsciiDocReader;
import dev.whetstone.corpus.markup.HtmlReader;
import dev.whetstone.corpus.markup.MarkdownReader;
import dev.whetstone.corpus.markup.PlainTextReader;
import dev.whetstone.corpus.markup.TextDecoder;
import dev.whetstone.corpus.office.DocxReader;
import dev.whetstone.corpus.office.LegacyOffice;
import dev.whetstone.corpus.office.PptxReader;
import dev.whetstone.corpus.office.XlsxReader;
import dev.whetstone.corpus.pdf.PdfReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// Reads one file into a [Document], in this process. The name's extension determines the format.
/// Without a known extension, or where the content has a signature of another format (`%PDF`, a
/// zip), the content does.
public final class Parsers {
  /// The largest file that is read, in bytes.
  public static final long LARGEST = 200L << 20;

  private static final int HEAD = 4096;

  /// The signature of Office files before 2007 and of encrypted ones of today.
  private static final String OLE = "\u00D0\u00CF\u0011\u00E0\u00A1\u00B1\u001A\u00E1";

  private Parsers() {}

  /// @param id the document's id, as in [Document#id()]
  /// @throws Failure.BadInput if the file is missing, too large, damaged or of no known format
  public static Document parse(Path file, String id) {
    return parse(file, id, ParseOptions.DEFAULT);
  }

  public static Document parse(Path file, String id, ParseOptions options) {
    return parse(file, id, options, LARGEST);
  }

  /// @param largest in bytes
  static Document parse(Path file, String id, ParseOptions options, long largest) {
    try {
      long size = Files.size(file);
      if (size > largest) {
        throw new Failure.BadInput(
            id + ": " + size + " bytes, and at most " + largest + " are read; split the file");
      }
      return read(file, id, format(file, id), options);
    } catch (NoSuchFileException e) {
      throw new Failure.BadInput(id + ": no such file; stage the folder again", e);
    } catch (IOException e) {
      throw new Failure.BadInput(
          id + ": cannot be read (" + e.getMessage() + "); check that the file opens", e);
    }
  }

  private static Document read(Path file, String id, FileFormat format, ParseOptions options)
      throws IOException {
    var into = new DocumentBuilder(id, format.label(), options);
    switch (format) {
      case PDF -> PdfReader.read(file, id, into);
      case DOCX -> DocxReader.read(file, id, into);
      case PPTX -> PptxReader.read(file, id, into);
      case XLSX -> XlsxReader.read(file, id, into);
      case HTML -> HtmlReader.read(text(file, id, into), into);
      case MARKDOWN -> MarkdownReader.read(text(file, id, into), into);
      case ASCIIDOC -> AsciiDocReader.read(text(file, id, into), into);
      case TEXT -> PlainTextReader.read(text(file, id, into), into);
    }
    return into.build();
  }

  private static String text(Path file, String id, DocumentBuilder into) throws IOException {
    String text = TextDecoder.decode(Files.readAllBytes(file));
    int strange = 0;
    int n = Math.min(HEAD, text.length());
    for (int i = 0; i < n; i++) {
      char c = text.charAt(i);
      strange +=
          c == '\uFFFD' || (c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f') ? 1 : 0;
    }
    if (strange * 10 > n) {
      throw new Failure.BadInput(
          id + ": binary data, not text; remove it or name it by its format");
    }
    long damaged = text.chars().filter(c -> c == '\uFFFD').count();
    if (damaged > 0) {
      into.note(
          "characters damaged, or in another character set than the file names: %,d"
              .formatted(damaged));
    }
    return text;
  }

  private static FileFormat format(Path file, String id) throws IOException {
    var byName = FileFormat.ofName(id).or(() -> FileFormat.ofName(file.toString()));
    byte[] head;
    try (var in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD);
    }
    String start = new String(head, StandardCharsets.ISO_8859_1);
    if (start.startsWith("%PDF-")) {
      return FileFormat.PDF;
    }
    if (start.startsWith(OLE)) {
      throw new Failure.BadInput(id + ": " + LegacyOffice.refusal(file));
    }
    if (start.startsWith("PK\3\4")) {
      return office(file, id);
    }
    if (byName.isPresent()) {
      return byName.get();
    }
    String lower = start.strip().toLowerCase(Locale.ROOT);
    boolean html = lower.contains("<!doctype html") || lower.contains("<html");
    return html ? FileFormat.HTML : FileFormat.TEXT;
  }

  private static FileFormat office(Path file, String id) throws IOException {
    try (var zip = new ZipFile(file.toFile())) {
      for (var entries = zip.entries(); entries.hasMoreElements(); ) {
        ZipEntry entry = entries.nextElement();
        String name = entry.getName();
        if (name.startsWith("word/")) {
          return FileFormat.DOCX;
        }
        if (name.startsWith("ppt/")) {
          return FileFormat.PPTX;
        }
        if (name.startsWith("xl/")) {
          return FileFormat.XLSX;
        }
      }
    } catch (ZipException e) {
      throw new Failure.BadInput(
          id + ": is damaged or cut off (" + e.getMessage() + "); save it again", e);
    }
    throw new Failure.BadInput(
        id + ": a zip that is no Office file; unpack it and stage what is in it");
  }
}
