package dev.whetstone.http;

import io.javalin.http.Context;

/// Reads parameters of an address, strictly.
final class Query {
  private Query() {}

  /// A whole number.
  ///
  /// @throws RequestException if it is none, or not from `least` to `most`
  static int whole(Context context, String name, int orElse, int least, int most) {
    String text = context.queryParam(name);
    if (text == null) {
      return orElse;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException _) {
      // refused below
    }
    throw RequestException.badRequest(
        name, "\"" + name + "\" must be a whole number from " + least + " to " + most);
  }
}
