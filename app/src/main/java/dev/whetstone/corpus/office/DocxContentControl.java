package dev.whetstone.corpus.office;

import java.util.Locale;

/// The properties of a content control that matter for reading its content.
///
/// @param isContents a table of contents
/// @param isPrompt a prompt for a value that was not entered: "Click or tap here to enter text"
record DocxContentControl(boolean isContents, boolean isPrompt) {
  /// @param xml at an `sdtPr`
  static DocxContentControl read(Xml xml) {
    boolean contents = false;
    boolean prompt = false;
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "showingPlcHdr" -> prompt = xml.on();
        case "docPartObj" -> {
          int part = xml.depth();
          while (xml.child(part)) {
            contents |=
                xml.name().equals("docPartGallery")
                    && xml.attribute("val", "").toLowerCase(Locale.ROOT).contains("of contents");
          }
        }
        default -> {}
      }
    }
    return new DocxContentControl(contents, prompt);
  }
}
