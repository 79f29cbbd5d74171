package dev.whetstone.train;

/// Something that was chosen, or that a rule settled.
///
/// @param what as a user reads it: `learning rate`
/// @param chosen its value
/// @param among what it was chosen among and by which figures, or why a rule settled it
public record Decision(String what, String chosen, String among) {
  /// `learning rate 5.0e-05 of …`
  public String words() {
    return what + " " + chosen + " " + among;
  }
}
