package dev.whetstone.cli;

import dev.whetstone.core.Passage;
import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.questions.Proving;
import dev.whetstone.workshop.questions.Typing;
import dev.whetstone.workspace.Workspace;
import java.util.Iterator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "write",
    mixinStandardHelpOptions = true,
    description = {
      "Shows passages worth asking about, spread over the documents, and takes your question for"
          + " each. Such questions prove models; they train none.",
      "It needs no language model. Each question is kept at once."
    },
    footer = {"", "Example:", "  whet questions write"})
final class QuestionsWriteCommand implements Callable<Integer> {
  private static final String COMMAND = "whet questions write";

  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Mixin private final Output output = new Output();

  @Override
  public Integer call() {
    Workspace workspace = options.workspace();
    long began = System.nanoTime();
    var session = QuestionSession.open(options, output, workspace, COMMAND);
    var typing = new Typing(workspace, session.passages());
    try (Keyboard keyboard = Keyboard.open(options.terminal().interactive())) {
      session.end(new Session(session, keyboard, typing).run(), began);
    }
    return 0;
  }

  /// Passages one after the other, and a line for each.
  private static final class Session {
    private final QuestionSession session;
    private final Keyboard keyboard;
    private final Typing typing;
    private int typed;
    private Proving proving;

    Session(QuestionSession session, Keyboard keyboard, Typing typing) {
      this.session = session;
      this.keyboard = keyboard;
      this.typing = typing;
      this.proving = session.proving();
    }

    StepResult run() {
      int number = 0;
      Iterator<Passage> passages = typing.passages();
      while (passages.hasNext() && asked(passages.next(), ++number)) {
        // until the person quits
      }
      return new StepResult.QuestionsTyped(typed, session.proving());
    }

    /// @return false where the person quits
    private boolean asked(Passage passage, int number) {
      session.show("passage " + number, passage);
      session.terminal().line("");
      return keyboard.singleKeys() ? byKey(passage) : byLine(passage);
    }

    private boolean byKey(Passage passage) {
      while (true) {
        session.terminal().prompt("[w]rite a question  [n]ext passage  [q]uit ");
        int key = keyboard.key();
        session.terminal().line("%s", key > ' ' ? (char) key : "");
        switch (key < 0 ? Keyboard.END : Character.toLowerCase(key)) {
          case 'w' -> {
            session.terminal().prompt("question (empty: back): ");
            String text = keyboard.line();
            if (text != null && !text.isBlank() && typed(passage, text)) {
              return true;
            }
          }
          case 'n' -> {
            return true;
          }
          case 'q', Keyboard.END -> {
            return false;
          }
          default -> session.terminal().line("w, n or q");
        }
      }
    }

    private boolean byLine(Passage passage) {
      while (true) {
        session.terminal().prompt("a question, n for the next passage, or q to quit: ");
        String text = keyboard.line();
        if (text == null || text.strip().equalsIgnoreCase("q")) {
          return false;
        }
        if (text.isBlank() || text.strip().equalsIgnoreCase("n") || typed(passage, text)) {
          return true;
        }
      }
    }

    private boolean typed(Passage passage, String text) {
      if (!session.keep(session.log(), () -> typing.type(passage, text.strip()))) {
        return false;
      }
      typed++;
      proving = proving.oneMore();
      session.terminal().line("kept: %s", QuestionWords.provable(proving));
      return true;
    }
  }
}
