package dev.whetstone.corpus.office;

import com.rtfparserkit.parser.IRtfListener;
import com.rtfparserkit.rtf.Command;
import com.rtfparserkit.rtf.CommandType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Makes paragraphs and tables of the groups, words and texts of an RTF file. Each group inherits
/// the state of the group around it and gives it back at its end; what a group holds depends on the
/// destination that its first word names. Of unknown destinations (`\*`) nothing is read.
final class RtfContent implements IRtfListener {
  private static final int DEEPEST = 2_000; // groups in groups

  /// The file has more groups in groups than any program writes.
  static final class TooDeep extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// What the text of a group is.
  private enum Destination {
    BODY,
    SKIPPED,
    STYLES,
    TITLE,
    INFO,
    INSTRUCTION, // of a field
    NESTED_ROW, // properties of the row of a table in a cell
    LABEL // of a list item
  }

  /// The state of a group.
  private static final class State {
    Destination destination = Destination.BODY;
    boolean fresh = true; // no word of the group was read
    boolean bold;
    boolean hidden;
    boolean struck;
    boolean deleted;
    int shift; // 1 raised, -1 lowered, 2 and -2 of full size
    int halfPoints = 24;
    boolean note; // the group of a footnote
    boolean box; // the group of a text box
    boolean contents; // within a table of contents

    State copy() {
      var copy = new State();
      copy.destination = destination;
      copy.bold = bold;
      copy.hidden = hidden;
      copy.struck = struck;
      copy.deleted = deleted;
      copy.shift = shift;
      copy.halfPoints = halfPoints;
      copy.contents = contents;
      return copy;
    }
  }

  private final boolean readsHidden;
  private final DocxOmissions omissions;
  private final RtfStyles styles = new RtfStyles();
  private final Deque<State> states = new ArrayDeque<>();
  private final Deque<RtfFlow> flows = new ArrayDeque<>(); // of the notes and boxes being read
  private final StringBuilder title = new StringBuilder();
  private final StringBuilder instruction = new StringBuilder();
  private State state = new State();
  private RtfFlow flow = new RtfFlow(styles);
  private int comments;

  RtfContent(boolean readsHidden, DocxOmissions omissions) {
    this.readsHidden = readsHidden;
    this.omissions = omissions;
  }

  boolean isEmpty() {
    return flow.isEmpty();
  }

  List<DocxElement> pieces() {
    while (!flows.isEmpty()) {
      endFlow();
    }
    return flow.end();
  }

  String title() {
    return title.toString();
  }

  int comments() {
    return comments;
  }

  @Override
  public void processDocumentStart() {}

  @Override
  public void processDocumentEnd() {}

  @Override
  public void processGroupStart() {
    if (states.size() >= DEEPEST) {
      throw new TooDeep();
    }
    states.push(state);
    state = state.copy();
  }

  @Override
  public void processGroupEnd() {
    if (state.note || state.box) {
      endFlow();
    }
    if (!states.isEmpty()) {
      State ended = state;
      state = states.pop();
      if (ended.destination == Destination.INSTRUCTION
          && state.destination != Destination.INSTRUCTION) {
        state.contents |= instruction.toString().strip().startsWith("TOC");
        instruction.setLength(0);
      }
      if (ended.destination == Destination.STYLES && states.size() == styles.depth()) {
        styles.endStyle();
      }
    }
  }

  @Override
  public void processCharacterBytes(byte[] bytes) {}

  @Override
  public void processBinaryBytes(byte[] bytes) {}

  @Override
  public void processString(String text) {
    state.fresh = false;
    switch (state.destination) {
      case BODY -> body(text);
      case LABEL -> flow.label(text);
      case TITLE -> title.append(title.length() < 10_000 ? text : "");
      case STYLES -> styles.name(text);
      case INSTRUCTION -> instruction.append(instruction.length() < 1_000 ? text : "");
      case SKIPPED, INFO, NESTED_ROW -> {}
    }
  }

  private void body(String text) {
    if (state.contents || state.deleted) {
      return;
    }
    if (state.hidden && !readsHidden) {
      omissions.hiddenText(text);
    } else if (state.struck && !readsHidden) {
      omissions.struckText(text);
    } else {
      flow.text(text, state.bold, state.shift, state.halfPoints);
    }
  }

  private void startFlow(boolean note) {
    state.note = note;
    state.box = !note;
    state.destination = Destination.BODY;
    flows.push(flow);
    flow = new RtfFlow(styles);
  }

  /// The pieces of a note or box follow the paragraph that it hangs on.
  private void endFlow() {
    if (!flows.isEmpty()) {
      List<DocxElement> inner = flow.end();
      flow = flows.pop();
      flow.after(inner);
    }
  }

  @Override
  public void processCommand(
      Command command, int parameter, boolean hasParameter, boolean optional) {
    boolean first = state.fresh;
    state.fresh = false;
    if (command == Command.optionalcommand) { // alone: before a word that is not known
      state.destination = Destination.SKIPPED;
      return;
    }
    if (command.getCommandType() == CommandType.Destination || destination(command)) {
      enter(command);
      return;
    }
    if (optional && first && state.destination == Destination.BODY) {
      state.destination = Destination.SKIPPED;
    }
    boolean on = !hasParameter || parameter != 0;
    switch (state.destination) {
      case STYLES -> styles.word(command, parameter, states.size());
      case BODY, LABEL -> {
        boolean ofLetters = letters(command, parameter, on);
        if (!ofLetters && state.destination == Destination.BODY) {
          flow.word(command, parameter);
        }
        String sign = sign(command);
        if (!sign.isEmpty()) {
          processString(sign);
        }
      }
      case NESTED_ROW -> {
        if (command == Command.nestrow) {
          flow.word(command, parameter);
        }
      }
      case TITLE, INFO, INSTRUCTION, SKIPPED -> {}
    }
  }

  /// The text of a word that stands for a sign, of those that the parser leaves; else "".
  private static String sign(Command word) {
    return switch (word) {
      case tab, nonbreakingspace -> " ";
      case line, lbr -> "\n";
      case nonbreakinghyphen -> "-";
      default -> "";
    };
  }

  private static boolean destination(Command command) {
    return switch (command) {
      case nesttableprops, shptxt, dptxbxtext, footnote, annotation, pict, shprslt, nonshppict ->
          true;
      default -> false;
    };
  }

  /// Begins what a group holds.
  private void enter(Command command) {
    boolean info = state.destination == Destination.INFO;
    if (info && command == Command.title) {
      state.destination = Destination.TITLE;
    } else if (state.destination == Destination.BODY || state.destination == Destination.LABEL) {
      switch (command) {
        case rtf, field, fldrslt, result, object, shp, shpinst, shpgrp, shppict, upr, ud -> {}
        case info -> state.destination = Destination.INFO;
        case nesttableprops -> state.destination = Destination.NESTED_ROW;
        case fldinst -> state.destination = Destination.INSTRUCTION;
        case listtext, pntext -> {
          state.destination = Destination.LABEL;
          flow.startLabel();
        }
        case stylesheet -> {
          state.destination = Destination.STYLES;
          styles.start(states.size());
        }
        case footnote -> startFlow(true);
        case shptxt, dptxbxtext -> startFlow(false);
        case annotation -> {
          comments++;
          state.destination = Destination.SKIPPED;
        }
        case pict -> {
          omissions.picture();
          state.destination = Destination.SKIPPED;
        }
        default -> state.destination = Destination.SKIPPED;
      }
    } else if (state.destination != Destination.INSTRUCTION) {
      state.destination = Destination.SKIPPED;
    }
  }

  /// Letters' properties.
  private boolean letters(Command command, int parameter, boolean on) {
    switch (command) {
      case b -> state.bold = on;
      case v -> state.hidden = on;
      case strike, striked -> state.struck = on;
      case deleted -> state.deleted = on;
      case supercmd -> state.shift = on ? 1 : 0;
      case sub -> state.shift = on ? -1 : 0;
      case nosupersub -> state.shift = 0;
      case up -> state.shift = parameter == 0 ? 0 : 2;
      case dn -> state.shift = parameter == 0 ? 0 : -2;
      case fs -> state.halfPoints = parameter;
      case plain -> {
        state.bold = false;
        state.hidden = false;
        state.struck = false;
        state.deleted = false;
        state.shift = 0;
        state.halfPoints = 24;
      }
      default -> {
        return false;
      }
    }
    return true;
  }
}
