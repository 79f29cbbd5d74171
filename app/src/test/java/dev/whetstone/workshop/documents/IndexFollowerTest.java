package dev.whetstone.workshop.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Failure;
import dev.whetstone.documents.UpdateState;
import dev.whetstone.workshop.DocumentUpdate;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class IndexFollowerTest {
  @Test
  void anUpdateThatAnErrorEndsIsTriedAgain() throws InterruptedException {
    var tries = new AtomicInteger();
    var follower =
        new IndexFollower(
            () -> {
              if (tries.incrementAndGet() == 1) {
                throw new OutOfMemoryError("of the test");
              }
              return new IndexFollower.Outcome(DocumentUpdate.Result.UPDATED, Map.of(), "");
            });
    follower.start();

    follower.request();

    while (tries.get() < 2 || follower.state().stage() != UpdateState.Stage.IDLE) {
      Thread.sleep(10); // the class's time limit ends this
    }
    follower.close();
    assertThat(tries.get()).isEqualTo(2);
  }

  @Test
  void whatTheFirstUpdateNeedsIsOpenedBeforeAnythingIsSentAndItsFailureStopsNothing()
      throws InterruptedException {
    var told = new LinkedBlockingQueue<String>();
    var follower =
        new IndexFollower(
            new IndexFollower.Update() {
              @Override
              public IndexFollower.Outcome run() {
                told.add("update");
                return new IndexFollower.Outcome(DocumentUpdate.Result.UPDATED, Map.of(), "");
              }

              @Override
              public void warm() {
                told.add("warm");
                throw new Failure.CorruptArtifact("the model is damaged");
              }
            });
    follower.start();

    assertThat(told.take()).isEqualTo("warm");
    follower.request();

    assertThat(told.take()).isEqualTo("update");
    follower.close();
  }
}
