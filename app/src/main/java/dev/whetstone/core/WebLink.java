package dev.whetstone.core;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Addresses on the web under which people read documents. Callers get no other: an address of
/// another scheme may run as a script (`javascript:`, `data:`) or name a file of this machine
/// (`file:`), and one with a user's name or password would publish it.
public final class WebLink {
  /// Longer ones are not kept; browsers cut them too.
  public static final int LONGEST = 2_000;

  private static final Set<String> SCHEMES = Set.of("http", "https");

  private WebLink() {}

  /// The address in ASCII; empty where the text is no absolute `http` or `https` URL. A space,
  /// which names of files often have, becomes `%20`.
  public static Optional<String> of(@Nullable String text) {
    if (text == null || text.isBlank() || text.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      URI uri = new URI(text.strip().replace(" ", "%20"));
      String ascii = uri.toASCIIString();
      boolean safe =
          uri.getScheme() != null
              && SCHEMES.contains(uri.getScheme().toLowerCase(Locale.ROOT))
              && uri.getHost() != null
              && uri.getRawUserInfo() == null
              && ascii.length() <= LONGEST;
      return safe ? Optional.of(ascii) : Optional.empty();
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }

  /// The address of a page of a PDF, as browsers and Acrobat understand it (`#page=7`, RFC 8118);
  /// the address itself where the document is none, the page is not known, or the address names a
  /// place in it already.
  ///
  /// @param link as [#of] gives it
  /// @param format as in [Document#format()]; empty where it is not known
  /// @param page from 1; 0 for none
  static String atPage(String link, String format, int page) {
    String path = URI.create(link).getPath();
    boolean pdf =
        format.equals("pdf")
            || (format.isEmpty() && path != null && path.toLowerCase(Locale.ROOT).endsWith(".pdf"));
    return pdf && page > 0 && link.indexOf('#') < 0 ? link + "#page=" + page : link;
  }
}
