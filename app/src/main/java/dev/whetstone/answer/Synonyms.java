package dev.whetstone.answer;

import dev.whetstone.text.ContentTerms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Words that may stand for one another in a sentence that is copied otherwise: the commonest verbs
/// and connecting words of paraphrases. No names, no roles, nothing that a document might tell
/// apart.
final class Synonyms {
  /// Groups by `;`, words by `,`.
  private static final String GROUPS =
      """
      turn,switch,toggle;use,employ,utilize,apply;begin,start,commence;show,display,indicate,present
      make,create,produce,generate;give,provide,offer,grant,supply;get,receive,obtain;need,require
      help,assist,support;keep,store,retain,save,hold;send,submit,forward,transmit;change,modify,alter
      delete,remove,erase;choose,select,pick;allow,permit,enable;happen,occur;buy,purchase
      fix,repair,correct;check,verify,inspect,examine;tell,inform,notify;say,state,specify
      cause,lead,trigger;big,large;small,little;quick,fast,rapid;immediately,promptly,instantly
      usually,normally,typically,generally;approximately,roughly,around,nearly;whole,entire,complete
      important,essential;also,additionally;every,each;possible,feasible;cost,price;money,funds
      导致,造成,引起,引发;使用,采用,利用,运用;需要,必须,务必;提供,给予;修改,更改,变更,调整
      删除,移除,去除;检查,检验,核对,核查;通知,告知;立即,立刻,马上;允许,准许,许可
      显示,展示;选择,选取;保存,存储,储存,存放;获得,取得,得到;帮助,协助;购买,采购;维修,修理
      大约,大概,左右;通常,一般;全部,所有;能够,可以;如果,若是,假如
      """;

  private static final Pattern SEPARATOR = Pattern.compile("[;\\n]");
  private static final Pattern WORDS = Pattern.compile(",");
  private static final Map<String, Integer> GROUP = new HashMap<>();

  static {
    List<String> groups = SEPARATOR.splitAsStream(GROUPS).toList();
    for (int i = 0; i < groups.size(); i++) {
      int group = i;
      WORDS
          .splitAsStream(groups.get(i))
          .forEach(word -> GROUP.put(ContentTerms.stem(word, "en"), group));
    }
  }

  private Synonyms() {}

  /// Whether two runs are one word each, of one group.
  static boolean same(List<Token> a, List<Token> b) {
    Integer group = GROUP.get(joined(a));
    return group != null && group.equals(GROUP.get(joined(b)));
  }

  private static String joined(List<Token> run) {
    return run.stream().map(Token::key).collect(Collectors.joining());
  }
}
