package dev.whetstone.corpus.epub;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/// The package of a book: its metadata, its parts and their order.
final class EpubPackage {
  /// A part as XML.
  interface Parts {
    @Nullable Document read(String part) throws IOException;
  }

  private final Document opf;
  private final String folder;
  private final Map<String, Element> items = new HashMap<>(); // by id

  /// @param at the package's own place in the zip
  EpubPackage(Document opf, String at) {
    this.opf = opf;
    this.folder = folder(at);
    for (Element item : all(opf, "item")) {
      items.putIfAbsent(item.attr("id"), item);
    }
  }

  /// The first of its Dublin Core elements of this name; empty without one.
  String text(String name) {
    List<Element> found = all(opf, name);
    return found.isEmpty() ? "" : found.getFirst().text().strip();
  }

  /// The parts to be read, in reading order, without navigation.
  List<String> chapters() {
    List<String> chapters = new ArrayList<>();
    for (Element reference : all(opf, "itemref")) {
      Element item = items.get(reference.attr("idref"));
      if (item != null
          && item.attr("media-type").contains("html")
          && !(" " + item.attr("properties") + " ").contains(" nav ")) {
        chapters.add(resolve(folder, item.attr("href")));
      }
    }
    return chapters;
  }

  /// The titles that the book's navigation gives its parts.
  Map<String, String> titles(Parts parts) throws IOException {
    Map<String, String> titles = new HashMap<>();
    for (Element item : items.values()) {
      boolean nav = (" " + item.attr("properties") + " ").contains(" nav ");
      boolean ncx = item.attr("media-type").equals("application/x-dtbncx+xml");
      String at = resolve(folder, item.attr("href"));
      Document navigation = nav || ncx ? parts.read(at) : null;
      if (navigation != null && nav) {
        for (Element link : navigation.select("nav a[href]")) {
          titles.putIfAbsent(resolve(folder(at), link.attr("href")), link.text().strip());
        }
      } else if (navigation != null) {
        for (Element point : all(navigation, "navpoint")) {
          List<Element> label = all(point, "text");
          List<Element> content = all(point, "content");
          if (!label.isEmpty() && !content.isEmpty()) {
            titles.putIfAbsent(
                resolve(folder(at), content.getFirst().attr("src")),
                label.getFirst().text().strip());
          }
        }
      }
    }
    titles.values().removeIf(String::isBlank);
    return titles;
  }

  /// Elements by their local name, whatever prefix they have.
  private static List<Element> all(Element in, String name) {
    return in.getAllElements().stream()
        .filter(
            element -> {
              String tag = element.tagName().toLowerCase(Locale.ROOT);
              return tag.equals(name) || tag.endsWith(":" + name);
            })
        .toList();
  }

  private static String folder(String part) {
    return part.substring(0, part.lastIndexOf('/') + 1);
  }

  /// A part's name in the zip, of an address in another part.
  static String resolve(String folder, String address) {
    int end = address.indexOf('#');
    String path = end < 0 ? address : address.substring(0, end);
    try {
      path = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      // no escapes
    }
    try {
      return Path.of("/").resolve(folder + path).normalize().toString().substring(1);
    } catch (RuntimeException _) {
      return path;
    }
  }
}
