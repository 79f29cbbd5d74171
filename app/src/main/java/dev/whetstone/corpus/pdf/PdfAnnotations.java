package dev.whetstone.corpus.pdf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentNameDictionary;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotation;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationWidget;
import org.apache.pdfbox.pdmodel.interactive.form.PDAcroForm;
import org.apache.pdfbox.pdmodel.interactive.form.PDButton;
import org.apache.pdfbox.pdmodel.interactive.form.PDChoice;
import org.apache.pdfbox.pdmodel.interactive.form.PDField;
import org.apache.pdfbox.pdmodel.interactive.form.PDPushButton;
import org.apache.pdfbox.pdmodel.interactive.form.PDSignatureField;
import org.apache.pdfbox.pdmodel.interactive.form.PDTerminalField;
import org.apache.pdfbox.pdmodel.interactive.form.PDTextField;
import org.jspecify.annotations.Nullable;

/// The annotations of a file's pages: the values of its form, text boxes, stamps. Those that show
/// text on the page are read; comments, hidden values and attached files are counted for the notes.
final class PdfAnnotations {
  private static final int MOST_FIELDS = 100_000;

  /// @param value the text to show; null to show the annotation's own appearance
  /// @param otherwise the text to show if that appearance has none
  record VisibleText(PDAnnotation annotation, @Nullable String value, String otherwise) {}

  private final Map<COSDictionary, PDTerminalField> fields = new HashMap<>(); // by widget
  private final Set<PDTerminalField> seen = new HashSet<>();
  private final boolean xfaOnly;
  private int attachments;
  private int comments;
  private int firstComment;
  private int hidden;
  private int countDamaged;

  PdfAnnotations(PDDocument pdf) throws IOException {
    PDAcroForm form = pdf.getDocumentCatalog().getAcroForm(null);
    if (form != null) {
      for (PDField field : form.getFieldTree()) {
        if (field instanceof PDTerminalField terminal && fields.size() < MOST_FIELDS) {
          terminal.getWidgets().forEach(w -> fields.put(w.getCOSObject(), terminal));
        }
      }
    }
    xfaOnly = form != null && form.xfaIsDynamic();
    PDDocumentNameDictionary names = pdf.getDocumentCatalog().getNames();
    if (names != null && names.getEmbeddedFiles() != null) {
      Map<?, ?> files = names.getEmbeddedFiles().getNames();
      attachments = files == null ? 1 : files.size();
    }
  }

  /// The annotations of the page that show text on it, in their order.
  ///
  /// @param number of the page, from 1
  List<VisibleText> on(PDPage page, int number) throws IOException {
    List<VisibleText> shown = new ArrayList<>();
    for (PDAnnotation annotation : page.getAnnotations()) {
      if (annotation.getRectangle() == null) {
        continue;
      }
      PDTerminalField field = fields.get(annotation.getCOSObject());
      String text = field == null ? contents(annotation) : value(field, annotation);
      boolean button = field instanceof PDButton;
      if (annotation.isHidden() || annotation.isNoView()) {
        hidden += text.isBlank() || button ? 0 : 1;
      } else if (field instanceof PDSignatureField) {
        shown.add(new VisibleText(annotation, null, ""));
      } else if (field != null) {
        shown.add(new VisibleText(annotation, text, ""));
      } else {
        add(annotation, text, number, shown);
      }
      if (field != null) {
        seen.add(field);
      }
    }
    return shown;
  }

  private void add(PDAnnotation annotation, String text, int number, List<VisibleText> shown) {
    switch (annotation.getSubtype() == null ? "" : annotation.getSubtype()) {
      case "FreeText" -> shown.add(new VisibleText(annotation, null, text));
      case "Stamp", "Watermark" -> shown.add(new VisibleText(annotation, null, ""));
      case "FileAttachment" -> attachments++;
      case "Link", "Popup" -> {}
      case "Widget" -> shown.add(new VisibleText(annotation, null, strayValue(annotation)));
      default -> {
        if (!text.isBlank()) {
          firstComment = comments == 0 ? number : firstComment;
          comments++;
        }
      }
    }
  }

  /// The value of a field that the form does not list.
  private static String strayValue(PDAnnotation widget) {
    String value = widget.getCOSObject().getString(COSName.V);
    return value == null ? "" : value;
  }

  private static String contents(PDAnnotation annotation) {
    return annotation.getContents() == null ? "" : annotation.getContents();
  }

  private static String value(PDTerminalField field, PDAnnotation widget) {
    return switch (field) {
      case PDTextField text -> text.isPassword() ? "" : text.getValue();
      case PDChoice choice -> chosen(choice);
      case PDPushButton _ -> "";
      case PDButton _ -> isOn(widget) ? "[x]" : "[ ]";
      default -> "";
    };
  }

  private static boolean isOn(PDAnnotation widget) {
    return widget instanceof PDAnnotationWidget
        && widget.getAppearanceState() != null
        && !widget.getAppearanceState().getName().equals("Off");
  }

  /// The selected options as they are displayed, which may differ from the values stored.
  private static String chosen(PDChoice choice) {
    List<String> stored = choice.getOptionsExportValues();
    List<String> displayed = choice.getOptionsDisplayValues();
    List<String> chosen = new ArrayList<>();
    for (String value : choice.getValue()) {
      int at = stored.indexOf(value);
      chosen.add(at >= 0 && at < displayed.size() ? displayed.get(at) : value);
    }
    return String.join(", ", chosen);
  }

  /// Counts an annotation whose appearance cannot be read.
  void countDamaged() {
    countDamaged++;
  }

  /// Notes on the annotations that were left out, after all pages have been read.
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    long nowhere =
        fields.values().stream()
            .distinct()
            .filter(field -> !seen.contains(field) && !(field instanceof PDButton))
            .filter(field -> !field.getValueAsString().isBlank())
            .count();
    if (xfaOnly) {
      notes.add("its form (XFA) is not read; print it to a PDF of its own");
    }
    if (hidden + nowhere > 0) {
      notes.add(
          "hidden form fields and notes are left out: %d; show them in the PDF to have them read"
              .formatted(hidden + nowhere));
    }
    if (comments > 0) {
      notes.add(
          "comments (notes, highlights and the like) are not read: %d, the first on page %d; write into the text what is to be found"
              .formatted(comments, firstComment));
    }
    if (attachments > 0) {
      notes.add("attached files are not read: %d; stage them as files".formatted(attachments));
    }
    if (countDamaged > 0) {
      notes.add(
          "text boxes, stamps or signatures whose looks are damaged are not read: %d; make the PDF again"
              .formatted(countDamaged));
    }
    return notes;
  }
}
