package dev.whetstone.corpus.mail;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A message of any format.
///
/// @param header its fields
/// @param text its text without markup; null where it has none
/// @param html its text in HTML; null where it has none
/// @param rtf its text in RTF, the bytes of the file; null where it has none
/// @param attachments in their order
/// @param notes on parts that could not be read
record MailMessage(
    Header header,
    @Nullable String text,
    @Nullable String html,
    @Nullable String rtf,
    List<Attachment> attachments,
    List<String> notes) {
  MailMessage {
    attachments = List.copyOf(attachments);
    notes = List.copyOf(notes);
  }

  /// Blank where the message does not say.
  ///
  /// @param date ISO 8601
  record Header(String subject, String from, String to, String cc, String date) {}

  /// Something in a message beside its text.
  sealed interface Attachment {
    /// A file.
    ///
    /// @param type its media type, `` where it is not known
    /// @param inline whether it is shown within the text, as pictures of a signature are
    record AttachedFile(String name, String type, boolean inline, Content content)
        implements Attachment {}

    /// Another message.
    record AttachedMessage(MailMessage message) implements Attachment {}
  }

  /// The bytes of an attachment.
  interface Content {
    byte[] bytes();
  }
}
