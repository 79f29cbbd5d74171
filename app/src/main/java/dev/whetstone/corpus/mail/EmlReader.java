package dev.whetstone.corpus.mail;

import dev.whetstone.core.Failure;
import dev.whetstone.corpus.Characters;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.InnerFiles;
import dev.whetstone.corpus.mail.MailMessage.Attachment;
import dev.whetstone.corpus.markup.TextDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.dom.Body;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Header;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.dom.field.ContentTypeField;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.jspecify.annotations.Nullable;

/// Reads messages as they are sent and as mail programs save them (`.eml`).
public final class EmlReader {
  private static final int DEEPEST = 50; // multiparts in multiparts

  private static final MimeConfig CONFIG =
      MimeConfig.custom()
          .setStrictParsing(false)
          .setMaxLineLen(-1) // the file's size is limited
          .setMaxHeaderLen(1 << 20)
          .setMaxHeaderCount(10_000)
          .build();

  private final List<Attachment> attachments = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder html = new StringBuilder();

  private EmlReader() {}

  public static void read(Path file, String id, DocumentBuilder into, InnerFiles inner)
      throws IOException {
    var builder = new DefaultMessageBuilder();
    builder.setMimeEntityConfig(CONFIG);
    builder.setDecodeMonitor(DecodeMonitor.SILENT);
    try (InputStream in = Files.newInputStream(file)) {
      Message message = builder.parseMessage(in);
      if (message.getHeader().getFields().isEmpty()) {
        throw new Failure.BadInput(id + ": is no message: it begins with no header field");
      }
      MailWriter.write(new EmlReader().message(message), into, inner);
    } catch (IOException e) {
      if (e.getCause() instanceof MimeException cause) {
        throw new Failure.BadInput(
            id + ": is damaged (" + cause.getMessage() + "); save it again", e);
      }
      throw e;
    }
  }

  private MailMessage message(Message message) {
    Header header = message.getHeader();
    entity(message, 0);
    Date date = message.getDate();
    return new MailMessage(
        new MailMessage.Header(
            field(header, "Subject"),
            field(header, "From"),
            field(header, "To"),
            field(header, "Cc"),
            date == null ? field(header, "Date") : date.toInstant().toString()),
        text.isEmpty() ? null : text.toString(),
        html.isEmpty() ? null : html.toString(),
        null,
        attachments,
        notes);
  }

  private void entity(Entity entity, int depth) {
    Body body = entity.getBody();
    if (depth > DEEPEST) {
      notes.add("parts nested more than %d deep not read".formatted(DEEPEST));
      return;
    }
    switch (body) {
      case Multipart multipart -> {
        if (type(entity).equals("multipart/encrypted")) {
          notes.add("its text is encrypted; save the message without encryption");
          return;
        }
        for (Entity part : multipart.getBodyParts()) {
          entity(part, depth + 1);
        }
      }
      case Message inner ->
          attachments.add(new Attachment.AttachedMessage(new EmlReader().message(inner)));
      case SingleBody single -> single(entity, single);
      case null, default -> {}
    }
  }

  private void single(Entity entity, SingleBody body) {
    String type = type(entity);
    String name = name(entity);
    boolean attached = "attachment".equalsIgnoreCase(entity.getDispositionType());
    if (!attached && name.isEmpty() && type.equals("text/plain")) {
      append(text, string(entity, body), "\n\n");
    } else if (!attached && name.isEmpty() && type.equals("text/html")) {
      append(html, string(entity, body), "\n");
    } else if (type.startsWith("application/") && type.endsWith("pkcs7-mime")) {
      notes.add("its text is encrypted or sealed by S/MIME; save the message without it");
    } else if (!type.endsWith("-signature")) {
      boolean inline = !attached && entity.getHeader().getField("Content-ID") != null;
      attachments.add(
          new Attachment.AttachedFile(
              name.isEmpty() && type.startsWith("text/") ? type.replace("text/", "part.") : name,
              type,
              inline || (name.isEmpty() && type.startsWith("image/")),
              () -> bytes(body)));
    }
  }

  private static void append(StringBuilder to, String more, String between) {
    to.append(to.isEmpty() ? "" : between).append(more);
  }

  private static String type(Entity entity) {
    String type = entity.getMimeType();
    return type == null ? "text/plain" : type.toLowerCase(Locale.ROOT);
  }

  private static String name(Entity entity) {
    String name = entity.getFilename();
    if ((name == null || name.isBlank())
        && entity.getHeader().getField("Content-Type") instanceof ContentTypeField type) {
      name = type.getParameter("name");
    }
    if (name == null) {
      return "";
    }
    String decoded = DecoderUtil.decodeEncodedWords(name, DecodeMonitor.SILENT);
    String last =
        decoded.substring(Math.max(decoded.lastIndexOf('/'), decoded.lastIndexOf('\\')) + 1);
    return Characters.shortened(Characters.oneLine(last), 200);
  }

  /// In the character set that the part names where its bytes fit, else as it is found.
  private static String string(Entity entity, SingleBody body) {
    byte[] bytes = bytes(body);
    String name = entity.getCharset();
    Charset declared = charset(name);
    if (declared != null && !declared.equals(StandardCharsets.US_ASCII)) {
      try {
        return declared.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      } catch (CharacterCodingException _) {
        // it names the wrong one
      }
    }
    return TextDecoder.decode(bytes);
  }

  private static @Nullable Charset charset(@Nullable String name) {
    try {
      return name == null || name.isBlank() ? null : Charset.forName(name.strip());
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static byte[] bytes(SingleBody body) {
    try (InputStream in = body.getInputStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String field(Header header, String name) {
    Field field = header.getField(name);
    if (field == null) {
      return "";
    }
    String value = field.getBody();
    if (field.getRaw() != null) {
      byte[] raw = field.getRaw().toByteArray();
      String whole = TextDecoder.decode(raw); // programs write other letters than ASCII, too
      value = whole.substring(whole.indexOf(':') + 1);
    }
    String unfolded = value == null ? "" : value.replaceAll("\\r?\\n[ \\t]", " ");
    return Characters.oneLine(DecoderUtil.decodeEncodedWords(unfolded, DecodeMonitor.SILENT));
  }
}
