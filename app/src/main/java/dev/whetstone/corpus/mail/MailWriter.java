package dev.whetstone.corpus.mail;

import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.FileFormat;
import dev.whetstone.corpus.InnerFiles;
import dev.whetstone.corpus.ParseNotes;
import dev.whetstone.corpus.mail.MailMessage.Attachment;
import dev.whetstone.corpus.mail.MailMessage.Attachment.AttachedFile;
import dev.whetstone.corpus.mail.MailMessage.Attachment.AttachedMessage;
import dev.whetstone.corpus.markup.HtmlReader;
import dev.whetstone.corpus.markup.PlainTextReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jspecify.annotations.Nullable;

/// Writes a message into a document: the subject as its title, who wrote it to whom as metadata and
/// first line, its text, and each attachment of a known format as a part under its name.
///
/// Of a text in two forms the plain one is read, unless only the HTML has lists, tables or
/// headings, or the plain one is much shorter. A quoted history at the end is left out and noted;
/// it stays, under a heading of its own, in a forwarded message and where hidden content is read.
final class MailWriter {
  private static final int MOST_ATTACHMENTS = 200;
  private static final double AS_LONG = 0.7; // of the other form's text
  private static final Pattern FORWARDED =
      Pattern.compile("(?i)\\s*(?:fwd?|wg|tr|rv|i|enc|转发|轉寄|転送)\\s*[:：].*");
  private static final String STRUCTURE = "h1, h2, h3, h4, li, table table td, table td + td, pre";

  private final DocumentBuilder into;
  private final InnerFiles inner;

  private MailWriter(DocumentBuilder into, InnerFiles inner) {
    this.into = into;
    this.inner = inner;
  }

  static void write(MailMessage message, DocumentBuilder into, InnerFiles inner) {
    new MailWriter(into, inner).message(message);
  }

  private void message(MailMessage message) {
    MailMessage.Header header = message.header();
    into.title(header.subject());
    into.metadata("from", header.from());
    into.metadata("to", header.to());
    into.metadata("cc", header.cc());
    into.metadata("date", header.date());
    into.paragraph(heading(header));
    text(message);
    message.notes().forEach(into::note);
    attachments(message.attachments());
  }

  private static String heading(MailMessage.Header header) {
    List<String> parts = new ArrayList<>();
    part("From", header.from(), parts);
    part("To", header.to(), parts);
    part("Date", header.date(), parts);
    return String.join("; ", parts);
  }

  private static void part(String name, String value, List<String> into) {
    if (!value.isBlank()) {
      into.add(name + ": " + value);
    }
  }

  private void text(MailMessage message) {
    String text = message.text();
    String html = message.html();
    boolean forwarded = FORWARDED.matcher(message.header().subject()).matches();
    if (html != null && (text == null || isBetter(html, text))) {
      QuotedHistory history = QuotedHistory.ofHtml(html);
      HtmlReader.readFragment(history.own(), into);
      history(history, forwarded, true);
    } else if (text != null && !text.isBlank()) {
      QuotedHistory history = QuotedHistory.ofText(text);
      PlainTextReader.read(history.own(), into);
      history(history, forwarded, false);
    } else if (message.rtf() != null) {
      try {
        into.include(
            inner.read(
                "text.rtf", message.rtf().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)));
      } catch (Failure.BadInput e) {
        into.note("its text was not read: " + e.getMessage());
      }
    }
  }

  private static boolean isBetter(String html, String text) {
    var page = Jsoup.parse(html);
    page.select("style, script, head").remove();
    return text.strip().length() < AS_LONG * page.text().length()
        || !page.select(STRUCTURE).isEmpty();
  }

  private void history(QuotedHistory history, boolean forwarded, boolean html) {
    if (history.quoted().isBlank()) {
      return;
    }
    if (forwarded || into.readsHidden() || history.own().isBlank()) {
      into.heading(1, "Earlier messages");
      if (html) {
        HtmlReader.readFragment(history.quoted(), into);
      } else {
        PlainTextReader.read(history.quoted().replaceAll("(?m)^[> ]+", ""), into);
      }
      return;
    }
    int length = html ? Jsoup.parse(history.quoted()).text().length() : history.quoted().length();
    into.note(
        "quoted history of earlier messages: %s; parse.hidden: true reads them"
            .formatted(ParseNotes.charactersLeftOut(length, "")));
  }

  private void attachments(List<Attachment> attachments) {
    int pictures = 0;
    int number = 0;
    for (Attachment attachment : attachments) {
      if (++number > MOST_ATTACHMENTS) {
        into.note(
            "%,d attachments not read: at most %,d are"
                .formatted(attachments.size() - MOST_ATTACHMENTS, MOST_ATTACHMENTS));
        break;
      }
      switch (attachment) {
        case AttachedMessage(MailMessage message) -> message(message, number);
        case AttachedFile file -> {
          if (file.inline() && isPicture(file)) {
            pictures++;
          } else {
            file(file);
          }
        }
      }
    }
    if (pictures > 0) {
      into.note(ParseNotes.counted(pictures, "picture") + " in its text not read");
    }
  }

  private static boolean isPicture(AttachedFile file) {
    return file.type().startsWith("image/")
        || FileFormat.ofName(file.name()).filter(f -> f == FileFormat.PICTURE).isPresent();
  }

  private void message(MailMessage message, int number) {
    String subject = message.header().subject();
    String name = subject.isBlank() ? "Message " + number : subject;
    if (inner.isDeepest()) {
      into.note(
          "the attached message \"%s\" was not read: it is nested too deeply".formatted(name));
      return;
    }
    DocumentBuilder own = into.inner(name, "eml");
    write(message, own, inner.deeper());
    append(name, own.build());
  }

  private void file(AttachedFile file) {
    String name = file.name().isBlank() ? "attachment" : file.name();
    if (FileFormat.ofName(name).isEmpty()) {
      String type = file.type().isBlank() ? "" : " (" + file.type() + ")";
      into.note("attachment %s%s not read: no format that is known".formatted(name, type));
      return;
    }
    try {
      append(name, inner.read(name, file.content().bytes()));
    } catch (Failure.BadInput e) {
      into.note("attachment %s not read: %s".formatted(name, reason(e, name)));
    }
  }

  private static @Nullable String reason(Failure e, String name) {
    String message = e.getMessage();
    return message != null && message.startsWith(name + ": ")
        ? message.substring(name.length() + 2)
        : message;
  }

  private void append(String name, Document document) {
    if (document.blocks().isEmpty()) {
      boolean picture = !document.pictures().isEmpty();
      into.note(
          "attachment %s not read: %s"
              .formatted(
                  name,
                  picture
                      ? ParseNotes.ONLY_PICTURES
                      : Stream.concat(Stream.of("holds no text"), document.notes().stream())
                          .collect(Collectors.joining("; "))));
      return;
    }
    into.append(name, document, Map.of("attachment", name));
  }
}
