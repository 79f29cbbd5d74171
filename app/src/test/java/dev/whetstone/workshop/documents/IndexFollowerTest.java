package dev.whetstone.workshop.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.documents.UpdateState;
import dev.whetstone.workshop.DocumentUpdate;
import java.util.Map;
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
}
