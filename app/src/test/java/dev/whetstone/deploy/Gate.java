package dev.whetstone.deploy;

import dev.whetstone.core.Progress;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.TokenCounter;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/// An encoder behind a gate: it notes what it is asked for, and while the gate is shut it waits.
public final class Gate implements Encoder {
  private final Encoder encoder;
  private final Semaphore passes;

  /// The texts of each call, in order.
  public final List<List<String>> calls = Collections.synchronizedList(new ArrayList<>());

  /// Down when the first call came.
  public final CountDownLatch called = new CountDownLatch(1);

  public volatile boolean closed;

  public Gate(Encoder encoder, boolean shut) {
    this.encoder = encoder;
    this.passes = new Semaphore(shut ? 0 : 1 << 20);
  }

  public void open() {
    passes.release(1 << 20);
  }

  private void pass(List<String> texts) {
    calls.add(List.copyOf(texts));
    called.countDown();
    passes.acquireUninterruptibly();
  }

  @Override
  public SpaceId space() {
    return encoder.space();
  }

  @Override
  public int dimension() {
    return encoder.dimension();
  }

  @Override
  public TokenCounter tokens() {
    return encoder.tokens();
  }

  @Override
  public List<float[]> queries(List<String> questions) {
    pass(questions);
    return encoder.queries(questions);
  }

  @Override
  public Vectors texts(List<String> ids, List<String> texts, Progress progress) {
    pass(texts);
    return encoder.texts(ids, texts, progress);
  }

  @Override
  public void close() {
    closed = true;
    encoder.close();
  }
}
