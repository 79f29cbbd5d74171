package dev.whetstone.answer;

import java.util.List;
import java.util.Map;

/// The prompts of a workspace, by app and by the question's language. Immutable.
///
/// The most particular one is taken: of the app in the question's language, of the app in [#ANY]
/// language, the same two of [#DEFAULT], the built-in one.
///
/// @param templates by `APP.LANGUAGE`
/// @param app that asks, by name
public record Prompts(Map<String, PromptTemplate> templates, String app) {
  /// Stands for every app that has none of its own.
  public static final String DEFAULT = "default";

  /// Stands for every language.
  public static final String ANY = "any";

  /// The built-in one for everything.
  public static final Prompts STANDARD = new Prompts(Map.of(), DEFAULT);

  public Prompts {
    templates = Map.copyOf(templates);
  }

  /// The same for another app.
  public Prompts of(String name) {
    return new Prompts(templates, name);
  }

  /// @param language of the question, ISO 639-1
  PromptTemplate in(String language) {
    for (String name : List.of(app, DEFAULT)) {
      for (String key : List.of(name + "." + language, name + "." + ANY)) {
        PromptTemplate template = templates.get(key);
        if (template != null) {
          return template;
        }
      }
    }
    return PromptTemplate.STANDARD;
  }
}
