package dev.whetstone.corpus.mail;

import dev.whetstone.core.Failure;
import dev.whetstone.corpus.Characters;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.InnerFiles;
import dev.whetstone.corpus.mail.MailMessage.Attachment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import java.util.Locale;
import org.apache.poi.hsmf.MAPIMessage;
import org.apache.poi.hsmf.datatypes.AttachmentChunks;
import org.apache.poi.hsmf.datatypes.ByteChunk;
import org.apache.poi.hsmf.datatypes.StringChunk;
import org.apache.poi.hsmf.exceptions.ChunkNotFoundException;
import org.jspecify.annotations.Nullable;

/// Reads the messages that Outlook saves (`.msg`).
public final class MsgReader {
  private static final int DEEPEST = 10; // messages in messages, before the limit of what is read

  private MsgReader() {}

  public static void read(Path file, String id, DocumentBuilder into, InnerFiles inner)
      throws IOException {
    try (var message = new MAPIMessage(file.toFile())) {
      MailWriter.write(message(message, 0), into, inner);
    } catch (RuntimeException | IOException e) {
      if (e instanceof Failure) {
        throw e;
      }
      throw new Failure.BadInput(id + ": is damaged (" + e.getMessage() + "); save it again", e);
    }
  }

  private static MailMessage message(MAPIMessage message, int depth) {
    message.setReturnNullOnMissingChunk(true);
    message.guess7BitEncoding();
    List<String> notes = new ArrayList<>();
    List<Attachment> attachments = new ArrayList<>();
    for (AttachmentChunks attachment : message.getAttachmentFiles()) {
      attachment(attachment, depth, attachments, notes);
    }
    return new MailMessage(
        new MailMessage.Header(
            text(message::getSubject),
            text(message::getDisplayFrom),
            text(message::getDisplayTo),
            text(message::getDisplayCC),
            date(message)),
        optional(message::getTextBody),
        optional(message::getHtmlBody),
        optional(message::getRtfBody),
        attachments,
        notes);
  }

  private static void attachment(
      AttachmentChunks attachment, int depth, List<Attachment> into, List<String> notes) {
    try {
      MAPIMessage embedded =
          attachment.isEmbeddedMessage() ? attachment.getEmbeddedMessage() : null;
      if (embedded != null) {
        if (depth < DEEPEST) {
          into.add(new Attachment.AttachedMessage(message(embedded, depth + 1)));
        } else {
          notes.add("messages nested more than %d deep not read".formatted(DEEPEST));
        }
        return;
      }
    } catch (IOException | RuntimeException e) {
      notes.add("an attached message not read: it is damaged (" + e.getMessage() + ")");
      return;
    }
    String name = value(attachment.getAttachLongFileName());
    name = name.isEmpty() ? value(attachment.getAttachFileName()) : name;
    byte[] bytes = bytes(attachment);
    if (bytes == null) {
      notes.add("attachment %s not read: it lies outside the message".formatted(name));
      return;
    }
    into.add(
        new Attachment.AttachedFile(
            name,
            value(attachment.getAttachMimeTag()).toLowerCase(Locale.ROOT),
            !value(attachment.getAttachContentId()).isEmpty(),
            () -> bytes));
  }

  private static byte @Nullable [] bytes(AttachmentChunks attachment) {
    ByteChunk data = attachment.getAttachData();
    return data == null ? null : data.getValue();
  }

  private static String value(@Nullable StringChunk chunk) {
    return chunk == null || chunk.getValue() == null
        ? ""
        : Characters.shortened(Characters.oneLine(chunk.getValue()), 200);
  }

  private interface Property {
    @Nullable String get() throws ChunkNotFoundException;
  }

  private static @Nullable String optional(Property property) {
    try {
      String value = property.get();
      return value == null || value.isBlank() ? null : value;
    } catch (ChunkNotFoundException _) {
      return null;
    }
  }

  private static String text(Property property) {
    String value = optional(property);
    return value == null ? "" : Characters.oneLine(value);
  }

  private static String date(MAPIMessage message) {
    try {
      Calendar date = message.getMessageDate();
      return date == null ? "" : date.toInstant().toString();
    } catch (ChunkNotFoundException _) {
      return "";
    }
  }
}
