package dev.whetstone.model.hub;

import dev.whetstone.core.Progress;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Advances a task by what is written, up to the size that was announced.
final class CountedStream extends FilterOutputStream {
  /// More came than was announced.
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1;

    TooLongException() {
      super("more came than the hub's list says");
    }
  }

  private final long most;
  private final Progress.Task task;
  private long written;

  CountedStream(OutputStream out, long most, Progress.Task task) {
    super(out);
    this.most = most;
    this.task = task;
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    written += length;
    if (written > most) {
      throw new TooLongException();
    }
    out.write(bytes, from, length);
    task.advance(length);
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }
}
