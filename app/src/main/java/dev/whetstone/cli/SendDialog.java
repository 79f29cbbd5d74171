package dev.whetstone.cli;

import dev.whetstone.workshop.StepResult;
import java.util.List;
import java.util.function.Supplier;

/// Asks a person before passages leave this machine. Question and answer go to standard error, so
/// that a result in JSON stays alone on standard output.
final class SendDialog {
  private SendDialog() {}

  /// Tells what writing will take, and asks where passages would be sent to another machine. Asks
  /// nothing where no person sits at the terminal: there the limits of the settings hold alone.
  ///
  /// @param yes whether the command line has answered
  /// @param keyboard is opened only for a question
  /// @return whether passages may be sent
  static boolean agreed(
      StepResult.WritingEstimated estimated,
      boolean yes,
      Terminal terminal,
      Supplier<Keyboard> keyboard) {
    List<String> lines = StepWords.lines(estimated);
    if (!estimated.remote() || yes || !terminal.interactive()) {
      lines.forEach(terminal::say);
      return true;
    }
    Terminal dialog = terminal.onStandardError();
    lines.forEach(dialog::say);
    dialog.prompt("Send passages to " + estimated.writer() + "? [y/n] ");
    try (Keyboard keys = keyboard.get()) {
      int key = keys.key();
      dialog.say("");
      return key == 'y' || key == 'Y';
    }
  }
}
