package dev.whetstone.corpus.office;

import dev.whetstone.corpus.Characters;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Writes a formula of Office (OMML; ECMA-376, part 1, 22.1) on one line, in the way of UnicodeMath
/// (Unicode Technical Note 28): `(q l^2)/8`, `x_i`, `√(a+b)`, `∑_(i=1)^n i`, `[a, b; c, d]`.
/// Parentheses keep together what the drawn formula holds together.
final class OfficeMath {
  private OfficeMath() {}

  /// The formula of the current element, `oMath` or `oMathPara`.
  static String read(Xml xml) {
    return Characters.oneLine(element(xml));
  }

  /// Reads the current element; returns it in linear form.
  private static String element(Xml xml) {
    return switch (xml.name()) {
      case "r" -> run(xml);
      case "f" -> fraction(xml);
      case "sSup", "sSub", "sSubSup", "sPre", "limLow", "limUpp" -> script(xml);
      case "rad" -> radical(xml);
      case "nary" -> nary(xml);
      case "d" -> delimited(xml);
      case "m" -> "[" + String.join("; ", arguments(xml, "mr", ", ")) + "]";
      case "eqArr" -> String.join("; ", arguments(xml, "e", " "));
      case "acc", "bar" -> accent(xml);
      case "func" -> function(xml);
      case "oMathPara" -> String.join("; ", arguments(xml, "oMath", " "));
      case "del", "moveFrom", "annotation" -> "";
      default -> xml.name().endsWith("Pr") ? "" : children(xml);
    };
  }

  /// The child elements one behind the other. What multiplies by standing side by side stays apart:
  /// `q l^2`.
  private static String children(Xml xml) {
    var text = new StringBuilder();
    int depth = xml.depth();
    boolean run = true; // what was read last
    while (xml.child(depth)) {
      boolean isRun = xml.name().equals("r");
      String piece = element(xml);
      if (!piece.isEmpty()) {
        boolean touch =
            !text.isEmpty()
                && Character.isLetterOrDigit(text.codePointBefore(text.length()))
                && Character.isLetterOrDigit(piece.codePointAt(0));
        text.append(touch && !(run && isRun) ? " " : "").append(piece);
        run = isRun;
      }
    }
    return text.toString();
  }

  private static String run(Xml xml) {
    var text = new StringBuilder();
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "t" -> text.append(xml.text());
        case "br", "cr", "tab" -> text.append(' ');
        default -> {}
      }
    }
    return plain(text.toString());
  }

  /// Letters of the mathematical alphabets as plain ones.
  private static String plain(String text) {
    return text.codePoints()
        .mapToObj(Character::toString)
        .map(
            c ->
                c.codePointAt(0) >= 0x1D400 && c.codePointAt(0) <= 0x1D7FF
                    ? Normalizer.normalize(c, Normalizer.Form.NFKC)
                    : c)
        .collect(Collectors.joining());
  }

  /// The children of one name, each with its own children joined.
  private static List<String> arguments(Xml xml, String name, String between) {
    List<String> arguments = new ArrayList<>();
    int depth = xml.depth();
    while (xml.child(depth)) {
      if (xml.name().equals(name)) {
        arguments.add(
            name.equals("mr")
                ? String.join(between, arguments(xml, "e", between))
                : children(xml).strip());
      }
    }
    return arguments;
  }

  /// In parentheses unless it is one number, one word or in brackets already.
  private static String group(String formula) {
    String text = formula.strip();
    boolean single = text.codePointCount(0, text.length()) <= 1;
    return single || text.matches("[\\p{L}\\p{M}]+|[\\p{N}.,]+") || isBracketed(text)
        ? text
        : "(" + text + ")";
  }

  private static boolean isBracketed(String text) {
    if (!text.startsWith("(") || !text.endsWith(")")) {
      return false;
    }
    int open = 0;
    for (int i = 0; i < text.length(); i++) {
      open += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
      if (open == 0 && i < text.length() - 1) {
        return false;
      }
    }
    return open == 0;
  }

  private static String fraction(Xml xml) {
    String over = "";
    String under = "";
    boolean bar = true;
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "fPr" -> bar = !property(xml, "type", "bar").equals("noBar");
        case "num" -> over = children(xml);
        case "den" -> under = children(xml);
        default -> {}
      }
    }
    return group(over) + (bar ? "/" : "¦") + group(under); // ¦ is that of binomial coefficients
  }

  private static String script(Xml xml) {
    boolean before = xml.name().equals("sPre");
    boolean above = xml.name().equals("limUpp");
    String base = "";
    String sub = "";
    String sup = "";
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "e" -> base = children(xml);
        case "sub" -> sub = children(xml);
        case "sup" -> sup = children(xml);
        case "lim" -> {
          if (above) {
            sup = children(xml);
          } else {
            sub = children(xml);
          }
        }
        default -> {}
      }
    }
    String scripts = scripts(sub, sup);
    return before ? scripts + " " + group(base) : group(base) + scripts;
  }

  private static String scripts(String sub, String sup) {
    return (sub.isBlank() ? "" : "_" + group(sub)) + (sup.isBlank() ? "" : "^" + group(sup));
  }

  private static String radical(Xml xml) {
    String degree = "";
    String under = "";
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "deg" -> degree = children(xml).strip();
        case "e" -> under = children(xml).strip();
        default -> {}
      }
    }
    String bracketed = isBracketed(under) ? under : "(" + under + ")";
    return switch (degree) {
      case "", "2" -> "√" + bracketed;
      case "3" -> "∛" + bracketed;
      case "4" -> "∜" + bracketed;
      default -> "√[" + degree + "]" + bracketed;
    };
  }

  private static String nary(Xml xml) {
    String sign = "∫";
    String sub = "";
    String sup = "";
    String of = "";
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "naryPr" -> sign = property(xml, "chr", sign);
        case "sub" -> sub = children(xml);
        case "sup" -> sup = children(xml);
        case "e" -> of = children(xml);
        default -> {}
      }
    }
    return sign + scripts(sub, sup) + " " + of.strip();
  }

  private static String delimited(Xml xml) {
    String open = "(";
    String between = "|";
    String close = ")";
    List<String> parts = new ArrayList<>();
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "dPr" -> {
          int properties = xml.depth();
          while (xml.child(properties)) {
            switch (xml.name()) {
              case "begChr" -> open = xml.attribute("val", "");
              case "sepChr" -> between = xml.attribute("val", "");
              case "endChr" -> close = xml.attribute("val", "");
              default -> {}
            }
          }
        }
        case "e" -> parts.add(children(xml).strip());
        default -> {}
      }
    }
    String inside = String.join(between, parts);
    boolean doubled =
        (open.equals("(") && close.equals(")") && isBracketed(inside))
            || (open.equals("[") && inside.startsWith("[") && inside.endsWith("]"));
    return doubled ? inside : open + inside + close;
  }

  private static String accent(Xml xml) {
    boolean bar = xml.name().equals("bar");
    String sign = bar ? "\u0332" : "\u0302"; // a line below, a hat
    String under = "";
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "accPr" -> sign = property(xml, "chr", sign);
        case "barPr" -> sign = property(xml, "pos", "bot").equals("top") ? "\u0305" : sign;
        case "e" -> under = children(xml);
        default -> {}
      }
    }
    return group(under) + sign; // combining: it stands on the letter before it
  }

  private static String function(Xml xml) {
    String name = "";
    String of = "";
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "fName" -> name = children(xml).strip();
        case "e" -> of = children(xml).strip();
        default -> {}
      }
    }
    return name + (isBracketed(of) ? "" : " ") + (isBracketed(of) ? of : group(of));
  }

  /// The value of a property in the current element.
  private static String property(Xml xml, String name, String otherwise) {
    String value = otherwise;
    int depth = xml.depth();
    while (xml.child(depth)) {
      if (xml.name().equals(name)) {
        value = xml.attribute("val", otherwise);
      }
    }
    return value;
  }
}
