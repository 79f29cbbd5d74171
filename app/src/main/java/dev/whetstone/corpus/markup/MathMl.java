package dev.whetstone.corpus.markup;

import dev.whetstone.corpus.Characters;
import java.util.List;
import java.util.stream.Collectors;
import org.jsoup.nodes.Element;

/// A formula in MathML as one line of text: `a/2`, `x²`, `√(a+b)`. The words of its parts run
/// together would change its value.
final class MathMl {
  private static final String INFIX = "=<>≤≥≠≈≡+−±×÷→⇒∈∪∩";

  private MathMl() {}

  static String text(Element formula) {
    return Characters.oneLine(of(formula));
  }

  private static String of(Element element) {
    List<Element> parts = element.children();
    return switch (element.normalName()) {
      case "mi", "mn", "mtext", "ms" -> element.text();
      case "mo" -> operator(element);
      case "mspace" -> " ";
      case "semantics" -> part(parts, 0);
      case "annotation", "annotation-xml", "mphantom", "none", "mprescripts" -> "";
      case "mfrac" -> grouped(part(parts, 0)) + "/" + grouped(part(parts, 1));
      case "msqrt" -> "√" + grouped(joined(parts, ""));
      case "mroot" -> raised(part(parts, 1)) + "√" + grouped(part(parts, 0));
      case "msup" -> part(parts, 0) + raised(part(parts, 1));
      case "msub" -> part(parts, 0) + lowered(part(parts, 1));
      case "msubsup", "munderover" ->
          part(parts, 0) + lowered(part(parts, 1)) + raised(part(parts, 2));
      case "munder" -> part(parts, 0) + lowered(part(parts, 1));
      case "mover" -> over(part(parts, 0), part(parts, 1));
      case "mmultiscripts" -> multiscripts(parts);
      case "mfenced" -> fenced(element, parts);
      case "mtr", "mlabeledtr" -> joined(parts, ", ");
      case "mtable" -> joined(parts, "; ");
      default -> parts.isEmpty() ? element.text() : joined(parts, "");
    };
  }

  private static String part(List<Element> parts, int i) {
    return i < parts.size() ? of(parts.get(i)).strip() : "";
  }

  /// The base, then pairs of a lowered and a raised part; those behind `mprescripts` stand before
  /// the base.
  private static String multiscripts(List<Element> parts) {
    var behind = new StringBuilder();
    var before = new StringBuilder();
    StringBuilder side = behind;
    for (int i = 1; i < parts.size(); ) {
      if (parts.get(i).normalName().equals("mprescripts")) {
        side = before;
        i++;
      } else {
        side.append(lowered(part(parts, i)));
        i++;
        if (i < parts.size() && !parts.get(i).normalName().equals("mprescripts")) {
          side.append(raised(part(parts, i)));
          i++;
        }
      }
    }
    return before + part(parts, 0) + behind;
  }

  private static String joined(List<Element> parts, String separator) {
    return parts.stream().map(MathMl::of).collect(Collectors.joining(separator));
  }

  private static String operator(Element operator) {
    String sign = operator.text().strip();
    boolean infix =
        sign.length() == 1
            && INFIX.contains(sign)
            && operator.previousElementSibling() != null
            && operator.nextElementSibling() != null;
    return infix ? " " + sign + " " : sign.replaceAll("[\\u2061-\\u2064]", "");
  }

  private static String fenced(Element element, List<Element> parts) {
    String open = element.hasAttr("open") ? element.attr("open") : "(";
    String close = element.hasAttr("close") ? element.attr("close") : ")";
    return open + joined(parts, ", ") + close;
  }

  /// An accent stays behind its letter; anything else is raised.
  private static String over(String base, String over) {
    boolean hasLetters = over.chars().anyMatch(Character::isLetterOrDigit);
    return hasLetters ? base + raised(over) : base + over;
  }

  private static String grouped(String text) {
    return text.matches("[\\p{L}\\p{N}.,√]*") ? text : "(" + text + ")";
  }

  private static String raised(String text) {
    return text.isEmpty() ? "" : Characters.superscript(text);
  }

  private static String lowered(String text) {
    return text.isEmpty() ? "" : Characters.subscript(text);
  }
}
