package dev.whetstone.corpus.office;

import com.rtfparserkit.parser.RtfStreamSource;
import com.rtfparserkit.parser.standard.StandardRtfParser;
import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.DocumentTitles;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads Rich Text Format (1.9), in any of its character sets, into blocks, by way of [WordBlocks].
/// [RtfContent] makes its paragraphs and tables of what the parser finds.
public final class RtfReader {
  private RtfReader() {}

  public static void read(Path file, String id, DocumentBuilder into) throws IOException {
    var omissions = new DocxOmissions();
    var content = new RtfContent(into.readsHidden(), omissions);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      in.mark(8);
      if (!new String(in.readNBytes(5), java.nio.charset.StandardCharsets.ISO_8859_1)
          .equals("{\\rtf")) {
        throw new Failure.BadInput(id + ": is no RTF; give it its right extension");
      }
      in.reset();
      new StandardRtfParser().parse(new RtfStreamSource(in), content);
    } catch (RtfContent.TooDeep e) {
      throw new Failure.BadInput(id + ": is nested too deeply to be read", e);
    } catch (RuntimeException e) {
      if (e instanceof Failure || content.isEmpty()) {
        throw e;
      }
      into.note(
          "it is damaged, and what follows was not read; open it in its program and save it again");
    }
    List<DocxElement> pieces = content.pieces();
    @Nullable String title = DocumentTitles.meaningful(content.title());
    into.title(title == null ? WordBlocks.title(pieces) : title);
    new WordBlocks(into, _ -> {}).add(pieces);
    omissions.note(into);
    OfficeComments.note(content.comments(), into);
  }
}
