package dev.whetstone.corpus.split;

/// The limits that the splitter keeps.
///
/// @param tokens of one passage, special tokens not counted
/// @param headingCharacters of one heading in a passage's path; the whole heading stands in the
///   text
/// @param perDocument passages of one document, which is refused above that
public record PassageLimits(int tokens, int headingCharacters, int perDocument) {
  /// What BERT takes, less `[CLS]` and `[SEP]`; headings of 160 characters; 50,000 passages.
  public static final PassageLimits DEFAULT = new PassageLimits(510, 160, 50_000);

  public PassageLimits {
    if (tokens < 1 || headingCharacters < 8 || perDocument < 1) {
      throw new IllegalArgumentException("limits too small");
    }
  }

  public PassageLimits withTokens(int most) {
    return new PassageLimits(most, headingCharacters, perDocument);
  }
}
