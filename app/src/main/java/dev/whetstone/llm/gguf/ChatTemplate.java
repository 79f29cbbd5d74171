package dev.whetstone.llm.gguf;

import dev.whetstone.llm.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Puts messages together to the prompt that a model was trained on. A file's template is a program
/// (Jinja); it is not run, but recognised by its marks as one of three forms:
///
/// - ChatML: `<|im_start|>user\n…<|im_end|>\n`;
/// - Llama 3: `<|start_header_id|>user<|end_header_id|>\n\n…<|eot_id|>`;
/// - Zephyr and TinyLlama: `<|user|>\n…</s>\n`, with the model's own end token.
///
/// **Marks in messages.** A text that holds a mark could end its turn and open one of another role.
/// So each mark of the form, and each control token of the vocabulary, is broken with a space after
/// its first character (`< |im_end|>`) wherever it stands in a message's text, until none is left:
/// the tokenizer then reads it as plain text. Nothing is removed, so that no new mark can arise from
/// what stood around it. Control tokens of one character are left alone: they cannot open a turn.
final class ChatTemplate {
  /// Tokens that end a reply in some model; those in a model's vocabulary end its replies.
  private static final List<String> ENDS =
      List.of(
          "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|endoftext|>", "</s>");

  /// A user's turn in Zephyr's form. Others write `<|user|>` too, and end the turn otherwise.
  private static final Pattern ZEPHYR =
      Pattern.compile(
          "<\\|user\\|>\\\\n['\"]\\s*\\+\\s*message(\\['content']|\\[\"content\"]|\\.content)"
              + "\\s*\\+\\s*(eos_token|['\"]</s>)");

  /// How turns are written.
  private enum Form {
    CHATML(List.of("<|im_start|>", "<|im_end|>")) {
      @Override
      String open(String role) {
        return "<|im_start|>" + role + "\n";
      }

      @Override
      String close(String eos) {
        return "<|im_end|>\n";
      }
    },
    LLAMA3(List.of("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")) {
      @Override
      String open(String role) {
        return "<|start_header_id|>" + role + "<|end_header_id|>\n\n";
      }

      @Override
      String close(String eos) {
        return "<|eot_id|>";
      }
    },
    ZEPHYR(List.of("<|system|>", "<|user|>", "<|assistant|>", "</s>")) {
      @Override
      String open(String role) {
        return "<|" + role + "|>\n";
      }

      @Override
      String close(String eos) {
        return eos + "\n";
      }
    };

    final List<String> marks;

    Form(List<String> marks) {
      this.marks = marks;
    }

    abstract String open(String role);

    abstract String close(String eos);
  }

  private final Form form;
  private final String beginning;
  private final String eos;
  private final List<String> endMarks;
  private final Pattern marks;

  private ChatTemplate(
      Form form, String beginning, String eos, List<String> endMarks, Set<String> marks) {
    this.form = form;
    this.beginning = beginning;
    this.eos = eos;
    this.endMarks = endMarks;
    this.marks =
        Pattern.compile(
            marks.stream()
                .sorted(Comparator.comparing(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|")));
  }

  /// That of a file. Empty where it has none, one of another form, or no end token that the form
  /// writes.
  static Optional<ChatTemplate> of(GgufFile file) {
    String template = file.text("tokenizer.chat_template").orElse("");
    var vocabulary = GgufVocabulary.of(file);
    String eos = vocabulary.named(file, "tokenizer.ggml.eos_token_id").orElse("");
    Optional<Form> form = form(template).filter(found -> endsTurns(found, vocabulary, eos));
    String bos = vocabulary.named(file, "tokenizer.ggml.bos_token_id").orElse("");
    return form.map(
        found ->
            new ChatTemplate(
                found,
                template.contains("bos_token") || template.contains("<|begin_of_text|>") ? bos : "",
                eos,
                endMarks(vocabulary, eos),
                marks(found, vocabulary)));
  }

  private static Optional<Form> form(String template) {
    if (template.contains("<|im_start|>")) {
      // Phi 4 and others write these marks with a third.
      return template.contains("<|im_sep|>") || template.contains("<|im_middle|>")
          ? Optional.empty()
          : Optional.of(Form.CHATML);
    }
    if (template.contains("<|start_header_id|>")) {
      return template.contains("<|eot_id|>") ? Optional.of(Form.LLAMA3) : Optional.empty();
    }
    return ZEPHYR.matcher(template).find() ? Optional.of(Form.ZEPHYR) : Optional.empty();
  }

  /// Without its end token in the vocabulary a form's replies would not end.
  private static boolean endsTurns(Form form, GgufVocabulary vocabulary, String eos) {
    return switch (form) {
      case CHATML -> vocabulary.has("<|im_end|>");
      case LLAMA3 -> vocabulary.has("<|eot_id|>");
      case ZEPHYR -> !eos.isEmpty();
    };
  }

  private static List<String> endMarks(GgufVocabulary vocabulary, String eos) {
    var ends = new LinkedHashSet<String>();
    if (!eos.isEmpty()) {
      ends.add(eos);
    }
    ENDS.stream().filter(vocabulary::has).forEach(ends::add);
    return List.copyOf(ends);
  }

  private static Set<String> marks(Form form, GgufVocabulary vocabulary) {
    var marks = new LinkedHashSet<>(form.marks);
    for (int id = 0; id < vocabulary.size(); id++) {
      String token = vocabulary.token(id);
      if (vocabulary.isControl(id) && token.codePointCount(0, token.length()) > 1) {
        marks.add(token);
      }
    }
    return marks;
  }

  /// The prompt: what systems say first, joined by line ends, then the turns in order, and the
  /// beginning of the assistant's turn. Without a message of the system none is added.
  String prompt(List<Message> messages) {
    var system = new ArrayList<String>();
    var turns = new StringBuilder();
    for (Message message : messages) {
      switch (message.role()) {
        case SYSTEM -> system.add(message.text());
        case USER -> turns.append(turn("user", message.text()));
        case ASSISTANT -> turns.append(turn("assistant", message.text()));
      }
    }
    String head = system.isEmpty() ? "" : turn("system", String.join("\n", system));
    return beginning + head + turns + form.open("assistant");
  }

  private String turn(String role, String text) {
    String plain = broken(text);
    // Llama 3's template takes white space off both ends.
    return form.open(role) + (form == Form.LLAMA3 ? plain.strip() : plain) + form.close(eos);
  }

  /// Ends: what is inserted goes after the first character of a mark, and a mark can be stretched
  /// only so often until it is longer than all marks.
  private String broken(String text) {
    String plain = text;
    for (var found = marks.matcher(plain); found.find(); found = marks.matcher(plain)) {
      plain =
          found
              .reset()
              .replaceAll(
                  match -> {
                    int first = match.group().offsetByCodePoints(0, 1);
                    return Matcher.quoteReplacement(
                        match.group().substring(0, first) + " " + match.group().substring(first));
                  });
    }
    return plain;
  }

  /// The tokens that end a reply, as they stand in the vocabulary: the model's end token first, then
  /// the marks of forms that the vocabulary has.
  List<String> endMarks() {
    return endMarks;
  }
}
