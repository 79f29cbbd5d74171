package dev.whetstone.corpus.data;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// What a column of a table or a field of a record is for, by its name, in the languages that
/// exports are commonly made in.
enum FieldRole {
  TITLE(
      "title titel titre título titulo titolo 标题 題名 标题名 タイトル 제목 question frage pregunta domanda"
          + " 问题 質問 질문 headline heading überschrift subject betreff 主题 件名 name bezeichnung nom"
          + " nombre nome 名称 名前 이름"),
  TEXT(
      "text texte texto testo 正文 本文 본문 body content contents inhalt contenu contenido contenuto"
          + " 内容 내용 answer antwort réponse respuesta risposta 答案 回答 답변 passage article"
          + " description beschreibung descripción descrizione 描述 説明 설명 abstract summary"
          + " zusammenfassung 摘要 要約"),
  ID("_id id uuid guid docid documentid recordid 编号 番号"),
  URL("url uri link href permalink sourceurl webpage 链接 网址"),
  AUTHOR("author authors autor auteur autore creator 作者 著者"),
  DATE(
      "date datum fecha data 日期 日付 published publishedat publicationdate created createdat updated"
          + " updatedat"),
  LANGUAGE("language lang sprache langue"),
  METADATA("metadata meta"),
  OTHER("");

  private static final Pattern SPACE = Pattern.compile(" ");
  private static final Map<String, FieldRole> BY_NAME = new HashMap<>();
  private static final Map<String, Integer> POSITION = new HashMap<>(); // among those of its role

  static {
    for (FieldRole role : values()) {
      for (String name : SPACE.splitAsStream(role.names).toList()) {
        BY_NAME.putIfAbsent(name, role);
        POSITION.putIfAbsent(name, POSITION.size());
      }
    }
  }

  private final String names; // the plainest first

  FieldRole(String names) {
    this.names = names;
  }

  static FieldRole of(String name) {
    return BY_NAME.getOrDefault(plain(name), OTHER);
  }

  /// Of several names with one role, the one that says it most plainly.
  ///
  /// @return its position among `names`; -1 where none has this role
  int best(List<String> names) {
    return IntStream.range(0, names.size())
        .filter(i -> of(names.get(i)) == this)
        .boxed()
        .min(Comparator.comparing(i -> POSITION.getOrDefault(plain(names.get(i)), 0)))
        .orElse(-1);
  }

  private static String plain(String name) {
    String lower = name.strip().toLowerCase(Locale.ROOT);
    return lower.equals("_id") ? lower : lower.replaceAll("[\\s_.-]", "");
  }
}
