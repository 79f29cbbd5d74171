/// Reads messages: EML (RFC 5322, MIME) and Outlook's MSG. A file enters; its subject, its own text
/// and its attachments leave through a [dev.whetstone.corpus.DocumentBuilder], an attachment as a
/// part read by the reader of its format. Never: an attachment that is left out without a note, a
/// nesting without a limit.
@NullMarked
package dev.whetstone.corpus.mail;

import org.jspecify.annotations.NullMarked;
