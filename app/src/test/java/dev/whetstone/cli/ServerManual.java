package dev.whetstone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Documents whose passages are worth asking about and fit a tiny BERT of 64 tokens, and what a
/// scripted model asks about them.
final class ServerManual {
  private static final Pattern THING = Pattern.compile("The (\\w+) of the server is in");
  private static final String[] NOUNS =
      """
      ladder hammer barrel kettle saddle anchor basket candle mirror carpet bucket shovel lantern
      trumpet wagon canoe blanket compass hatchet pillow statue cradle bottle curtain drum engine
      feather guitar helmet jacket kite lock magnet needle oar pencil quilt ribbon scarf thimble
      umbrella violin whistle yarn zipper apron bench chisel dagger easel flute goblet harp inkwell
      jar keg loom mallet net oven plough rake sieve tong urn vase wheel axe bell crate desk
      """
          .strip()
          .split("\\s+");

  private static final int DOCUMENTS = 8;
  private static final int SECTIONS = 3;

  private ServerManual() {}

  /// @return the folder
  static Path write(Path docs) throws IOException {
    Files.createDirectories(docs);
    int thing = 0;
    for (int d = 0; d < DOCUMENTS; d++) {
      var text = new StringBuilder("# the server\n\n");
      for (int s = 0; s < SECTIONS; s++) { // in words that are one token each, but for the thing
        text.append("## the %s\n\n".formatted(NOUNS[thing]));
        text.append(
            "The %s of the server is in the file and not in the queue. What the user does with the %s in time is the error of the broker.%n%n"
                .formatted(NOUNS[thing], NOUNS[thing]));
        thing++;
      }
      Files.writeString(docs.resolve("house%d.md".formatted(d)), text);
    }
    return docs;
  }

  /// Two questions about the thing that the passage names.
  static String reply(String prompt) {
    Matcher thing = THING.matcher(prompt);
    String last = "";
    while (thing.find()) {
      last = thing.group(1);
    }
    return "Fact: who is able to borrow a %s from somebody else?%nHow-to: how does one ask for the %s kindly?%n"
        .formatted(last, last);
  }
}
