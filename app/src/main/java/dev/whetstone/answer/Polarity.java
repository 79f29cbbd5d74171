package dev.whetstone.answer;

import dev.whetstone.text.Scripts;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The words that turn a statement around: negations, and words with an opposite. English ones are
/// looked for at the beginning of a word, Chinese ones anywhere; the first pattern that fits
/// counts, so that 不超过 is a bound and no negation, and 不同 is neither.
final class Polarity {
  private record Entry(
      Pattern english, Pattern chinese, @Nullable String axis, boolean high, boolean neutral) {}

  private static final List<Entry> ENTRIES = new ArrayList<>();

  private static final String NUMBER = "(?= ?[$€¥£-]?\\d)";

  private static final String DATE =
      "(?= (?:\\d{1,2}(?:st|nd|rd|th)? )?(?:january|february|march|april|may|june|july|august"
          + "|september|october|november|december|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
          + "| \\d{1,2}:\\d\\d)";

  static {
    neutral(
        "not only|no\\.(?= ?\\d)|no doubt|nothing but",
        "不仅|不但|不断|不同|不久|不过|不论|不管|不锈|不动产|不可抗力|无论|无线|非常|非但|除非|未来|未成年|别名|类别"
            + "|分别|特别|区别|级别|别人|个别|性别|是否|否则|没收|可以|所以|免费|不当|不良|不便|不足|能否|可否|当前|目前|提前|前款|前项|前述|前提|前台|前端|后台|后端"
            + "|后果|最后|日内瓦|到期|到达|得到|达到|收到|遇到|提到|自动|自己|自行|自然|来自|自由|理由|经由|内容|以至");
    axis(
        "bound",
        "(?:no|not|never) (?:be )?(?:more|longer|higher|greater|older) than|(?:not|n't|never)"
            + " exceed|at most|up to"
            + NUMBER
            + "|maximum|max\\b|(?:less|fewer|lower|shorter|younger|smaller) than|below|under"
            + NUMBER
            + "|within"
            + NUMBER
            + "|upper limit",
        "不得超过|不能超过|不可超过|不应超过|不超过|不得多于|不大于|不高于|不多于|不长于|至多|最多|最大|最高|上限|以内|之内|以下"
            + "|低于|小于|少于|短于|不满(?=\\d)|未满(?=\\d)|不足(?=\\d)",
        "(?:no|not|never) (?:be )?(?:less|fewer|lower|shorter|smaller) than|at least|minimum"
            + "|min\\b(?! ?\\d)|over"
            + NUMBER
            + "|(?:more|higher|longer|greater|older|larger) than|above|beyond"
            + NUMBER
            + "|exceed|lower limit",
        "不得低于|不得少于|不低于|不少于|不小于|不短于|至少|最少|最小|最低|下限|起码|以上|超过|高于|大于|多于|长于");
    axis(
        "time",
        "(?:no|not) later than|before|prior to|previously|until|by" + DATE,
        "不晚于|不迟于|之前|以前|前(?!面)",
        "(?:no|not) earlier than|after|following the|later",
        "不早于|之后|以后|后(?!面)");
    axis(
        "amount",
        "decreas|reduc|lower|fall(?:s|ing|en)?\\b|fell\\b|drop|declin|diminish|shrink|lessen|slow(?:s|er)?\\b",
        "减少|降低|下降|减小|减慢|下调|调低|缩小|减|降(?!雨|水|落)",
        "increas|rais|rise|rising|rose\\b|grow|higher|enlarg|boost|faster|accelerat",
        "增加|提高|上升|增长|升高|增大|加快|上调|调高|扩大|增|提升");
    axis("length", "shorten", "缩短", "lengthen|extend|prolong", "延长");
    axis(
        "power",
        "disabl|deactivat|(?:switch|turn)(?:e[ds]|s|ing)? off|clos(?:e|es|ed|ing)\\b|shut|off\\b",
        "关闭|停用|闭馆|合上|关掉",
        "enabl|activat|(?:switch|turn)(?:e[ds]|s|ing|es)? on|open",
        "开启|启用|打开|开放");
    axis(
        "run",
        "stop|halt|ends?\\b|ended|ending|terminat|finish",
        "停止|终止|结束|中止",
        "start|begin|begun|began|launch",
        "开始|启动|起动");
    axis("reply", "refus|reject|den(?:y|ies|ied)\\b", "拒绝|驳回", "accept|approv", "接受|批准|受理");
    axis("outcome", "fail(?:s|ed)?\\b", "失败", "succe(?:ed|ss)", "成功");
    axis("content", "exclud", "排除|不含|不包括", "includ|contain", "包含|包括|含有");
    axis("side", "left\\b", "左", "right\\b(?!s)", "右");
    axis("place", "outside", "户外|室外|外部", "inside|indoors?", "户内|室内|内部");
    axis("transfer", "download|export", "下载|导出|出口", "upload|import(?!ant|ance)", "上传|导入|进口");
    axis("lock", "unlock|decrypt", "解锁|解密", "lock|encrypt", "锁定|加密");
    axis(
        "link",
        "disconnect|uninstall|remov|delet",
        "断开|卸载|删除|移除",
        "connect|install|add(?:s|ed|ing)?\\b",
        "连接|安装|添加|新增");
    axis("party", "party a\\b", "甲方", "party b\\b", "乙方");
    axis("way", "from\\b", "从|自|由", "to\\b", "至|到|往");
    negation(
        "not\\b|no\\b|never|hardly\\b|barely\\b|scarcely\\b|seldom\\b|rarely\\b|none\\b|nobody|nothing|neither|nor\\b|without|cannot|free"
            + " (?:of|from)\\b|\\p{L}{2,8}n't\\b|unable|impossible|invalid"
            + "|illegal|unlawful|forbid|forbade|prohibit|ban(?:s|ned)?\\b|avoid|non-|lacks?\\b|un(?=(?!i|der)\\p{L}{2,12}(?:ed|able|ible|safe)\\b)",
        "不得|不可以|不可|不能|不准|不许|不允许|不予|不应|不会|不必|不要|不用|不需要|不|没有|没|无需|无须|无法|无权|无|未经|未"
            + "|禁止|严禁|禁用|禁|请勿|切勿|勿|避免|以免|否|失败|非(?!洲)");
  }

  private Polarity() {}

  private static void neutral(String english, String chinese) {
    add(english, chinese, null, false, true);
  }

  private static void negation(String english, String chinese) {
    add(english, chinese, null, false, false);
  }

  private static void axis(
      String name, String low, String lowChinese, String high, String highChinese) {
    add(low, lowChinese, name, false, false);
    add(high, highChinese, name, true, false);
  }

  private static void add(
      String english, String chinese, @Nullable String axis, boolean high, boolean neutral) {
    ENTRIES.add(
        new Entry(
            Pattern.compile("(?<![\\p{L}\\p{N}])(?:" + english + ")"),
            Pattern.compile(chinese),
            axis,
            high,
            neutral));
  }

  /// The token that begins here; null where the text turns nothing around. The end of a word that
  /// only begins as a pattern says (increas-ing) belongs to the token.
  ///
  /// @param text lower case
  static @Nullable Token at(String text, int from) {
    char first = text.charAt(from);
    if (!Character.isLetter(first)) {
      return null;
    }
    for (Entry entry : ENTRIES) {
      Pattern pattern = Scripts.isHanOrKana(first) ? entry.chinese() : entry.english();
      Matcher matcher = pattern.matcher(text).region(from, text.length());
      matcher.useTransparentBounds(true);
      if (matcher.lookingAt()) {
        int end = matcher.end();
        boolean prefix = text.startsWith("un", from) && end == from + 2;
        String found = text.substring(from, prefix ? end : whole(text, from, end));
        if (entry.neutral()) {
          return new Token.Word(found, found, false);
        }
        String axis = entry.axis();
        return axis == null ? new Token.Negation(found) : new Token.Pole(found, axis, entry.high());
      }
    }
    return null;
  }

  /// The end of the Latin word that the match lies in.
  private static int whole(String text, int from, int end) {
    int to = end;
    if (text.charAt(from) < 0x250) {
      while (to < text.length() && Character.isLetter(text.charAt(to)) && text.charAt(to) < 0x250) {
        to++;
      }
    }
    return to;
  }
}
