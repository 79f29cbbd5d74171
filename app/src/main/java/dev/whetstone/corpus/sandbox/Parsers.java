package dev.whetstone.corpus.sandbox;

import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.FileFormat;
import dev.whetstone.corpus.InnerFiles;
import dev.whetstone.corpus.ParseOptions;
import dev.whetstone.corpus.SafeZip;
import dev.whetstone.corpus.SourceFile;
import dev.whetstone.corpus.TextBeside;
import dev.whetstone.corpus.data.CsvReader;
import dev.whetstone.corpus.data.JsonRecordReader;
import dev.whetstone.corpus.epub.EpubReader;
import dev.whetstone.corpus.mail.EmlReader;
import dev.whetstone.corpus.mail.MsgReader;
import dev.whetstone.corpus.markup.AsciiDocReader;
import dev.whetstone.corpus.markup.HtmlReader;
import dev.whetstone.corpus.markup.MarkdownReader;
import dev.whetstone.corpus.markup.PagedText;
import dev.whetstone.corpus.markup.PlainTextReader;
import dev.whetstone.corpus.markup.TextDecoder;
import dev.whetstone.corpus.office.DocxReader;
import dev.whetstone.corpus.office.LegacyOffice;
import dev.whetstone.corpus.office.OdtReader;
import dev.whetstone.corpus.office.PptxReader;
import dev.whetstone.corpus.office.RtfReader;
import dev.whetstone.corpus.office.XlsxReader;
import dev.whetstone.corpus.pdf.PdfReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/// Reads one file into a [Document], in this process. The name's extension determines the format.
/// Without a known extension, or where the content has a signature of another format (`%PDF`, a
/// zip), the content does.
public final class Parsers {
  /// The largest file that is read, in bytes.
  public static final long LARGEST = 200L << 20;

  private static final int HEAD = 4096;
  private static final long BYTES_OF_A_CHARACTER = 3;

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

  /// A file, or the text beside it, which is read in its place unless it is empty.
  static Document parse(SourceFile source, ParseOptions options) {
    TextBeside beside = source.text();
    if (beside == null) {
      return parse(source.file(), source.id(), options, LARGEST);
    }
    String id = source.id();
    try {
      String format = FileFormat.ofName(id).map(FileFormat::label).orElse("text");
      var into = new DocumentBuilder(id, format, options);
      if (Files.size(beside.file()) > LARGEST) {
        throw new Failure.BadInput("%s: larger than %,d MB".formatted(id, LARGEST >> 20));
      }
      PagedText.read(text(beside.file(), id, into), beside.name(), into);
      if (into.isEmpty()) {
        into = new DocumentBuilder(id, format, options);
        into.note(beside.name() + " beside it holds no text; the file itself was read");
        FileFormat own = format(source.file(), id);
        read(source.file(), own, into, options, new AttachedFiles(options, 0));
      } else if (beside.older()) {
        into.note(
            "its text was read from %s, which is older than the file; make it again"
                .formatted(beside.name()));
      }
      return into.build();
    } catch (IOException e) {
      throw new Failure.BadInput(
          id + ": its text in " + beside.name() + " cannot be read (" + e.getMessage() + ")", e);
    }
  }

  /// @param largest in bytes
  static Document parse(Path file, String id, ParseOptions options, long largest) {
    try {
      long size = Files.size(file);
      if (size > largest) {
        throw new Failure.BadInput(
            id + ": " + size + " bytes, and at most " + largest + " are read; split the file");
      }
      FileFormat format = format(file, id);
      var into = new DocumentBuilder(id, format.label(), options);
      read(file, format, into, options, new AttachedFiles(options, 0));
      return into.build();
    } catch (NoSuchFileException e) {
      throw new Failure.BadInput(id + ": no such file; stage the folder again", e);
    } catch (IOException e) {
      throw new Failure.BadInput(
          id + ": cannot be read (" + e.getMessage() + "); check that the file opens", e);
    }
  }

  /// @param inner reads what the file holds
  static void read(
      Path file, FileFormat format, DocumentBuilder into, ParseOptions options, InnerFiles inner)
      throws IOException {
    String id = into.id();
    switch (format) {
      case PDF -> PdfReader.read(file, id, into);
      case DOCX -> DocxReader.read(file, id, into);
      case PPTX -> PptxReader.read(file, id, into);
      case XLSX -> XlsxReader.read(file, id, into);
      case HTML -> HtmlReader.read(text(file, id, into), into);
      case MARKDOWN -> MarkdownReader.read(text(file, id, into), into);
      case ASCIIDOC -> AsciiDocReader.read(text(file, id, into), into);
      case CSV, TSV ->
          CsvReader.read(records(file, id, into, options), format == FileFormat.TSV, into);
      case JSON, JSONL ->
          JsonRecordReader.read(records(file, id, into, options), format == FileFormat.JSONL, into);
      case TEXT -> PlainTextReader.read(text(file, id, into), into);
      case EML -> EmlReader.read(file, id, into, inner);
      case MSG -> MsgReader.read(file, id, into, inner);
      case ODT -> OdtReader.read(file, id, into);
      case RTF -> RtfReader.read(file, id, into);
      case EPUB -> EpubReader.read(file, id, into);
      case PICTURE -> into.picture(0);
    }
  }

  /// The text of a file of records, which may be larger than a document: its beginning then.
  private static String records(Path file, String id, DocumentBuilder into, ParseOptions options)
      throws IOException {
    into.title(fileName(id));
    long most = BYTES_OF_A_CHARACTER * options.maxCharacters();
    long size = Files.size(file);
    if (size <= most) {
      return text(Files.readAllBytes(file), id, into);
    }
    byte[] start;
    try (var in = Files.newInputStream(file)) {
      start = in.readNBytes((int) most);
    }
    int end = start.length;
    while (end > 0 && start[end - 1] != '\n') {
      end--;
    }
    into.note(
        "%,d of its %,d bytes were read, as many as a document may have; split the file"
            .formatted(end, size));
    return text(Arrays.copyOf(start, end), id, into);
  }

  private static String fileName(String id) {
    String name = id.substring(id.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private static String text(Path file, String id, DocumentBuilder into) throws IOException {
    return text(Files.readAllBytes(file), id, into);
  }

  private static String text(byte[] bytes, String id, DocumentBuilder into) {
    String text = TextDecoder.decode(bytes);
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

  static FileFormat format(Path file, String id) throws IOException {
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
      if (LegacyOffice.isMessage(file)) {
        return FileFormat.MSG;
      }
      throw new Failure.BadInput(id + ": " + LegacyOffice.refusal(file));
    }
    if (start.startsWith("PK\3\4")) {
      return zipped(file, id);
    }
    if (start.startsWith("{\\rtf")) {
      return FileFormat.RTF;
    }
    if (byName.isPresent()) {
      return byName.get();
    }
    String lower = start.strip().toLowerCase(Locale.ROOT);
    boolean html = lower.contains("<!doctype html") || lower.contains("<html");
    return html ? FileFormat.HTML : FileFormat.TEXT;
  }

  private static FileFormat zipped(Path file, String id) throws IOException {
    try (var zip = SafeZip.open(file, id)) {
      byte[] mime = zip.bytes("mimetype");
      String type = mime == null ? "" : new String(mime, StandardCharsets.ISO_8859_1).strip();
      if (type.startsWith("application/epub")) {
        return FileFormat.EPUB;
      }
      if (type.startsWith("application/vnd.oasis.opendocument.text")) {
        return FileFormat.ODT;
      }
      if (type.startsWith("application/vnd.oasis.opendocument.")) {
        throw new Failure.BadInput(
            "%s: is an OpenDocument %s; save it in Office's format"
                .formatted(id, type.substring(type.lastIndexOf('.') + 1)));
      }
      for (String name : zip.names()) {
        if (name.startsWith("word/")) {
          return FileFormat.DOCX;
        }
        if (name.startsWith("ppt/")) {
          return FileFormat.PPTX;
        }
        if (name.startsWith("xl/")) {
          return FileFormat.XLSX;
        }
        if (name.equals("META-INF/container.xml")) {
          return FileFormat.EPUB;
        }
        if (name.equals("content.xml")) {
          return FileFormat.ODT;
        }
      }
    }
    throw new Failure.BadInput(
        id + ": a zip that is no Office file; unpack it and stage what is in it");
  }
}
