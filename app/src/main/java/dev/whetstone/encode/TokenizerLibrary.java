package dev.whetstone.encode;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.whetstone.core.Failure;
import dev.whetstone.store.MavenArtifact;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// The one place that opens the native library of tokenizers, which is told first to fetch nothing.
///
/// The library trusts its file (an id outside a table ends the process), so it gets only what was
/// checked: [dev.whetstone.model.TokenizerFile], or a file that this program composed.
public final class TokenizerLibrary {
  static {
    // The native library is in the jar: the loader must fetch nothing and report no usage.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("RUST_FLAVOR", "cpu");
    if (System.getProperty("ENGINE_CACHE_DIR") == null) {
      System.setProperty(
          "ENGINE_CACHE_DIR", MavenArtifact.defaultCache().resolve("native").toString());
    }
  }

  private TokenizerLibrary() {}

  /// The native library's tokenizer, without padding. The caller closes it.
  ///
  /// @param json a `tokenizer.json` that was checked
  /// @param name of the file, for messages
  /// @param options of [HuggingFaceTokenizer]
  /// @throws Failure.CorruptArtifact if it cannot be read
  public static HuggingFaceTokenizer open(String json, String name, Map<String, String> options) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    var all = new HashMap<>(options);
    all.put("padding", "false");
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), all);
    } catch (IOException | RuntimeException e) {
      throw new Failure.CorruptArtifact(
          name + " cannot be read as a tokenizer by the native library", e);
    }
  }
}
