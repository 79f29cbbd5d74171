package dev.whetstone.workshop.questions;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import dev.whetstone.pairs.DocumentSplit.Group;
import dev.whetstone.pairs.DocumentSplit.Shares;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.Question;
import dev.whetstone.pairs.QuestionSplitUnits;
import dev.whetstone.pairs.WrittenPairs;
import dev.whetstone.questions.WrittenQuestion;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What each written question is used for, so that no text that trains a model also chooses its
/// settings or proves it.
///
/// **Problem.** Written questions train, people's questions prove. A written question is nearly the
/// question that a person asks about the same passage: where one trains and the other proves, the
/// proof measures memory. And questions that wait for a review must not be about documents whose
/// questions train, long before anyone has reviewed them.
///
/// **Method.** Written questions and the log are split together by [QuestionSplitUnits]: by
/// document with its copies, or by section where there are too few documents; passages of equal
/// text stay together. The group of the log's questions is settled (what they are used for), and so
/// is that of the written ones that wait for review: they only prove. Whatever is about the same
/// unit follows, the strictest use first: prove, then choose, then train. The rest is dealt out to
/// train and to choose.
///
/// What waits for review is decided once, when questions are written ([#forReview]), and kept with
/// them: first what cannot train anyway, then as many more units as are needed.
///
/// **Example.** Documents A, B, C, D, each with ten written questions; the log holds out a question
/// about A. Those about A wait for review; of 40 questions 15 are wanted for that, so the units of
/// B wait, too. C trains, D chooses. A person then types a question about C: at the next training
/// those about C are left out.
///
/// @param train that train: kept by the checks, in the order that they were written in
/// @param dev that choose settings
/// @param review that may be reviewed, spread over the units
/// @param leftOut that would train, were they not about a unit that proves
/// @param units of the questions that train or choose: documents, or sections, see
///   [QuestionSplitUnits]
public record WrittenSplit(
    List<WrittenQuestion> train,
    List<WrittenQuestion> dev,
    List<WrittenQuestion> review,
    int leftOut,
    Set<String> units) {
  /// More of the documents are not kept from training.
  private static final double MOST_REVIEWED = .5;

  public WrittenSplit {
    train = List.copyOf(train);
    dev = List.copyOf(dev);
    review = List.copyOf(review);
    units = Set.copyOf(units);
  }

  /// @param passages of all documents
  public static WrittenSplit of(Workspace workspace, List<Passage> passages) {
    return of(
        WrittenQuestions.read(workspace),
        QuestionLog.of(workspace, passages),
        passages,
        workspace.settings().train().seed());
  }

  public static WrittenSplit of(
      WrittenQuestions written, QuestionLog log, List<Passage> passages, long seed) {
    if (written.empty()) {
      return new WrittenSplit(List.of(), List.of(), List.of(), 0, Set.of());
    }
    var joint = new Joint(written.questions(), log, passages, seed);
    QuestionSplitUnits split = joint.split(written.forReview(), 0);
    List<WrittenQuestion> train = joint.kept(split, Group.TRAIN);
    List<WrittenQuestion> dev = joint.kept(split, Group.DEV);
    List<WrittenQuestion> review =
        joint.written(split, Group.TEST).stream()
            .filter(question -> written.forReview().contains(question.id()))
            .toList();
    var learning = new ArrayList<>(train);
    learning.addAll(dev);
    return new WrittenSplit(
        train,
        dev,
        spread(review, seed),
        (int)
            joint.kept(split, Group.TEST).stream()
                .filter(question -> !written.forReview().contains(question.id()))
                .count(),
        split.names(joint.questions(learning)));
  }

  /// The ids of the questions that are to wait for review.
  ///
  /// @param before ids that waited before: they go on
  /// @param wanted how many; 0 for none but these
  static Set<String> forReview(
      List<WrittenQuestion> questions,
      Set<String> before,
      int wanted,
      QuestionLog log,
      List<Passage> passages,
      long seed) {
    var joint = new Joint(questions, log, passages, seed);
    QuestionSplitUnits first = joint.split(before, 0);
    int there = joint.written(first, Group.TEST).size();
    int rest = joint.present() - there;
    double share = rest == 0 ? 0 : Math.clamp((wanted - there) / (double) rest, 0, MOST_REVIEWED);
    QuestionSplitUnits split = share == 0 ? first : joint.split(before, share);
    Stream<String> all = joint.written(split, Group.TEST).stream().map(WrittenQuestion::id);
    return (wanted > 0 ? all : all.filter(before::contains)).collect(Collectors.toSet());
  }

  /// A question of each document, then a second of each, in an order that the seed settles.
  private static List<WrittenQuestion> spread(List<WrittenQuestion> questions, long seed) {
    var byDocument = new HashMap<String, List<WrittenQuestion>>();
    questions.stream()
        .sorted(Comparator.comparing(q -> Sha256.id(String.valueOf(seed), q.id())))
        .forEach(
            q -> byDocument.computeIfAbsent(q.source().document(), _ -> new ArrayList<>()).add(q));
    record Turn(int round, String order, WrittenQuestion question) {}
    var turns = new ArrayList<Turn>();
    byDocument.forEach(
        (document, all) -> {
          for (int i = 0; i < all.size(); i++) {
            turns.add(new Turn(i, Sha256.id(String.valueOf(seed), document), all.get(i)));
          }
        });
    return turns.stream()
        .sorted(Comparator.comparingInt(Turn::round).thenComparing(Turn::order))
        .map(Turn::question)
        .toList();
  }

  /// A hash of what trains and chooses.
  public String hash() {
    return train.isEmpty() && dev.isEmpty()
        ? QuestionLog.NO_QUESTIONS
        : Sha256.id(WrittenQuestions.hash(train), WrittenQuestions.hash(dev));
  }

  /// Written questions whose passages are there, with the questions of the log.
  private static final class Joint {
    private static final String WRITTEN = "written ";

    private final Map<String, WrittenQuestion> written = new LinkedHashMap<>(); // by question id
    private final Map<String, Group> log = new HashMap<>(); // by question id
    private final List<Question> all = new ArrayList<>();
    private final List<Passage> passages;
    private final long seed;

    Joint(List<WrittenQuestion> questions, QuestionLog log, List<Passage> passages, long seed) {
      this.passages = passages;
      this.seed = seed;
      var byId = new HashMap<String, Passage>();
      passages.forEach(passage -> byId.put(passage.id(), passage));
      for (WrittenQuestion one : questions) {
        @Nullable Passage passage = byId.get(one.source().passage());
        if (passage != null && one.checks().reviewable()) {
          String id = WRITTEN + one.id();
          written.put(id, one);
          var place = new Place(passage.document(), passage.text(), 0);
          all.add(new Question(id, one.question(), List.of(place)));
        }
      }
      add(log.train(), Group.TRAIN);
      add(log.dev(), Group.DEV);
      add(log.heldOut(), Group.TEST);
    }

    private void add(List<Question> questions, Group group) {
      for (Question question : questions) {
        all.add(question);
        log.put(question.id(), group);
      }
    }

    int present() {
      return written.size();
    }

    /// @param forReview ids of the written questions that only prove
    /// @param review the share of the others that is to be added to these
    QuestionSplitUnits split(Set<String> forReview, double review) {
      int learning = (int) (present() * (1 - review));
      double dev = learning == 0 ? 0 : WrittenPairs.devCount(learning) / learning;
      return QuestionSplitUnits.of(
          all,
          question -> {
            @Nullable WrittenQuestion one = written.get(question.id());
            return one == null
                ? log.get(question.id())
                : forReview.contains(one.id()) ? Group.TEST : null;
          },
          passages,
          new Shares((1 - review) * (1 - dev), (1 - review) * dev, review),
          seed);
    }

    List<WrittenQuestion> written(QuestionSplitUnits split, Group group) {
      return split.split().questions(group).stream()
          .map(question -> written.get(question.id()))
          .filter(Objects::nonNull)
          .toList();
    }

    List<WrittenQuestion> kept(QuestionSplitUnits split, Group group) {
      return written(split, group).stream().filter(one -> one.checks().kept()).toList();
    }

    List<Question> questions(Collection<WrittenQuestion> of) {
      var ids = new HashSet<String>();
      of.forEach(one -> ids.add(WRITTEN + one.id()));
      return all.stream().filter(question -> ids.contains(question.id())).toList();
    }
  }
}
