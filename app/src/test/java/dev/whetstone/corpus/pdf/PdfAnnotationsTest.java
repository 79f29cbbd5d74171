package dev.whetstone.corpus.pdf;

import static dev.whetstone.corpus.DocumentLines.blocks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocumentNameDictionary;
import org.apache.pdfbox.pdmodel.PDEmbeddedFilesNameTreeNode;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.filespecification.PDComplexFileSpecification;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotation;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationFreeText;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationText;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationWidget;
import org.apache.pdfbox.pdmodel.interactive.form.PDAcroForm;
import org.apache.pdfbox.pdmodel.interactive.form.PDCheckBox;
import org.apache.pdfbox.pdmodel.interactive.form.PDTerminalField;
import org.apache.pdfbox.pdmodel.interactive.form.PDTextField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PdfAnnotationsTest {
  @TempDir Path folder;

  @Test
  void valuesOfAFormStandBesideTheirLabels() throws IOException {
    try (var pdf = new TestPdf()) {
      PDAcroForm form = form(pdf.page());
      pdf.line(60, 760, "Name of the boat:").line(60, 730, "Wanted berth:");
      pdf.line(60, 700, "Shore power:").line(60, 670, "Pets:");
      pdf.line(60, 600, "The office answers within fourteen days.");
      text(pdf, form, "boat", "Grey Heron", new PDRectangle(180, 753, 200, 20));
      text(pdf, form, "berth", "Pier 7, place 14", new PDRectangle(180, 723, 200, 20));
      box(pdf, form, "power", "Yes", new PDRectangle(180, 695, 16, 16));
      box(pdf, form, "pets", "Off", new PDRectangle(180, 665, 16, 16));

      Document document = pdf.read(folder);

      assertThat(blocks(document))
          .containsExactly(
              "TABLE_ROW: Name of the boat: | Grey Heron",
              "TABLE_ROW: Wanted berth: | Pier 7, place 14",
              "TABLE_ROW: Shore power: | [x]",
              "TABLE_ROW: Pets: | [ ]",
              "PARAGRAPH: The office answers within fourteen days.");
      assertThat(document.notes()).isEmpty();
    }
  }

  @Test
  void aValueOfSeveralLinesStandsBelowItsLabel() throws IOException {
    try (var pdf = new TestPdf()) {
      PDAcroForm form = form(pdf.page());
      pdf.line(60, 700, "Notes").line(60, 500, "The office answers within fourteen days.");
      text(pdf, form, "n", "Needs a ladder.\nArrives by night.", new PDRectangle(60, 620, 300, 70));

      assertThat(pdf.read(folder).text())
          .matches("(?s)Notes\\s+Needs a ladder\\.\\s+Arrives by night\\.\\s+The office.*");
    }
  }

  @Test
  void aTextBoxIsReadAndCommentsAndHiddenValuesAreTold() throws IOException {
    try (var pdf = new TestPdf()) {
      PDAcroForm form = form(pdf.page());
      pdf.line(60, 780, "The lift is serviced twice a year.");
      var box = new PDAnnotationFreeText();
      box.setContents("Since March only the firm Kesselring may open the shaft.");
      add(pdf, box, new PDRectangle(60, 700, 300, 20));
      var comment = new PDAnnotationText();
      comment.setContents("Is this still so?");
      add(pdf, comment, new PDRectangle(400, 700, 20, 20));
      PDTextField hidden = text(pdf, form, "h", "secret", new PDRectangle(60, 400, 100, 20));
      hidden.getWidgets().getFirst().setHidden(true);

      Document document = pdf.read(folder);

      assertThat(blocks(document))
          .containsExactly(
              "PARAGRAPH: The lift is serviced twice a year.",
              "PARAGRAPH: Since March only the firm Kesselring may open the shaft.");
      assertThat(document.notes())
          .anyMatch(note -> note.startsWith("comments") && note.contains("1, the first on page 1"))
          .anyMatch(note -> note.startsWith("hidden form fields and notes are left out: 1"));
    }
  }

  @Test
  void attachedFilesAreTold() throws IOException {
    try (var pdf = new TestPdf()) {
      pdf.page().line(60, 780, "See the file attached.");
      var tree = new PDEmbeddedFilesNameTreeNode();
      tree.setNames(java.util.Map.of("a.txt", new PDComplexFileSpecification()));
      var names = new PDDocumentNameDictionary(pdf.pdf.getDocumentCatalog());
      names.setEmbeddedFiles(tree);
      pdf.pdf.getDocumentCatalog().setNames(names);

      assertThat(pdf.read(folder).notes())
          .containsExactly("attached files are not read: 1; stage them as files");
    }
  }

  @Test
  void aTitleThatAProgramLeftIsNone() throws IOException {
    for (String title :
        List.of("(anonymous)", "anonymous", "untitled", "(untitled)", "[unknown]")) {
      try (var pdf = new TestPdf()) {
        pdf.page().line(60, 780, "The lift is serviced twice a year.");
        pdf.pdf.getDocumentInformation().setTitle(title);

        assertThat(pdf.read(folder).title()).as(title).isEqualTo("made.pdf");
      }
    }
  }

  private static PDAcroForm form(TestPdf pdf) {
    var form = new PDAcroForm(pdf.pdf);
    form.setDefaultResources(new PDResources());
    form.setNeedAppearances(true);
    pdf.pdf.getDocumentCatalog().setAcroForm(form);
    return form;
  }

  private static PDTextField text(
      TestPdf pdf, PDAcroForm form, String name, String value, PDRectangle at) throws IOException {
    var field = new PDTextField(form);
    field.getCOSObject().setString(COSName.V, value);
    place(pdf, form, field, name, at);
    return field;
  }

  private static void box(TestPdf pdf, PDAcroForm form, String name, String state, PDRectangle at)
      throws IOException {
    var field = new PDCheckBox(form);
    place(pdf, form, field, name, at);
    field.getWidgets().getFirst().setAppearanceState(state);
  }

  private static void place(
      TestPdf pdf, PDAcroForm form, PDTerminalField field, String name, PDRectangle at)
      throws IOException {
    field.setPartialName(name);
    form.getFields().add(field);
    PDAnnotationWidget widget = field.getWidgets().getFirst();
    add(pdf, widget, at);
  }

  private static void add(TestPdf pdf, PDAnnotation annotation, PDRectangle at) throws IOException {
    annotation.setRectangle(at);
    annotation.setPage(pdf.current());
    pdf.current().getAnnotations().add(annotation);
  }
}
