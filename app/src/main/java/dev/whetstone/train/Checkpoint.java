package dev.whetstone.train;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/// A training between two steps, in one file: written beside, synced, moved into place, and ended
/// by its CRC-32C. Either it is whole or it is not there.
///
/// @param fingerprint of plan, examples and start weights: only the same training goes on from it
/// @param shortened the schedule of the steps to come, where the training was too slow
/// @param losses of the steps done, in order: not to be written to
record Checkpoint(
    String fingerprint,
    double seconds,
    ShortenedSchedule shortened,
    Losses losses,
    NamedTensors weights,
    NamedTensors optimiser) {
  private static final long MAGIC = 0x57_48_45_54_43_4B_50_54L; // WHETCKPT
  private static final int FORMAT = 2; // 1 had no shortened schedule

  /// Losses by step.
  static final class Losses {
    private final float[] values;

    Losses(float[] values) {
      this.values = values;
    }

    float[] values() {
      return values;
    }
  }

  static Path file(Path folder) {
    return folder.resolve("checkpoint.bin");
  }

  void write(Path folder) {
    Path file = file(folder);
    Path beside = folder.resolve("checkpoint.part");
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
          FileChannel.open(
              beside,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        var buffered = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 20);
        write(buffered);
        channel.force(true);
      }
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    } catch (IOException e) {
      throw new Failure.Unavailable(
          "cannot write the checkpoint " + file + " (" + e + "): free disk space, then run again",
          e);
    }
  }

  private void write(OutputStream raw) throws IOException {
    var checked = new CheckedOutputStream(raw, new CRC32C());
    var out = new DataOutputStream(checked);
    out.writeLong(MAGIC);
    out.writeInt(FORMAT);
    out.writeUTF(fingerprint);
    out.writeDouble(seconds);
    out.writeInt(shortened.at());
    out.writeInt(shortened.end());
    writeFloats(out, losses.values());
    write(out, weights);
    write(out, optimiser);
    out.writeLong(checked.getChecksum().getValue());
    out.flush();
  }

  private static void write(DataOutputStream out, NamedTensors tensors) throws IOException {
    out.writeInt(tensors.names().size());
    for (String name : tensors.names()) {
      NamedTensors.Array array = tensors.get(name);
      out.writeUTF(name);
      out.writeInt(array.shape().length);
      for (long side : array.shape()) {
        out.writeLong(side);
      }
      writeFloats(out, array.data());
    }
  }

  private static void writeFloats(DataOutputStream out, float[] floats) throws IOException {
    out.writeInt(floats.length);
    var bytes = ByteBuffer.allocate(1 << 16);
    for (int from = 0; from < floats.length; from += bytes.capacity() / 4) {
      int count = Math.min(bytes.capacity() / 4, floats.length - from);
      bytes.asFloatBuffer().put(floats, from, count);
      out.write(bytes.array(), 0, 4 * count);
    }
  }

  /// Reads the folder's checkpoint, if there is one.
  ///
  /// @throws Failure.CorruptArtifact naming the file if it is damaged
  static Optional<Checkpoint> read(Path folder) {
    Path file = file(folder);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (var checked =
            new CheckedInputStream(
                new BufferedInputStream(Files.newInputStream(file), 1 << 20), new CRC32C());
        var in = new DataInputStream(checked)) {
      long magic = in.readLong();
      int format = in.readInt();
      if (magic != MAGIC || format < 1 || format > FORMAT) {
        throw new IOException("not a checkpoint of format " + FORMAT);
      }
      String fingerprint = in.readUTF();
      double seconds = in.readDouble();
      ShortenedSchedule shortened =
          format == 1 ? ShortenedSchedule.NONE : new ShortenedSchedule(in.readInt(), in.readInt());
      var losses = new Losses(readFloats(in, file));
      NamedTensors weights = read(in, file);
      NamedTensors optimiser = read(in, file);
      long computed = checked.getChecksum().getValue();
      if (in.readLong() != computed) {
        throw new IOException("its checksum differs");
      }
      return Optional.of(
          new Checkpoint(fingerprint, seconds, shortened, losses, weights, optimiser));
    } catch (IOException | RuntimeException e) {
      throw new Failure.CorruptArtifact(
          "the checkpoint " + file + " is damaged (" + e + "): delete it to train from the start",
          e);
    }
  }

  private static NamedTensors read(DataInputStream in, Path file) throws IOException {
    var tensors = new NamedTensors();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      String name = in.readUTF();
      int sides = in.readInt();
      if (sides < 0 || sides > 8) {
        throw new IOException("a tensor of " + sides + " sides");
      }
      long[] shape = new long[sides];
      for (int side = 0; side < sides; side++) {
        shape[side] = in.readLong();
      }
      tensors.put(name, new NamedTensors.Array(shape, readFloats(in, file)));
    }
    return tensors;
  }

  private static float[] readFloats(DataInputStream in, Path file) throws IOException {
    int count = in.readInt();
    if (count < 0 || 4L * count > Files.size(file)) {
      throw new IOException(count + " floats in a file of " + Files.size(file) + " bytes");
    }
    float[] floats = new float[count];
    var bytes = ByteBuffer.allocate(1 << 16);
    for (int from = 0; from < count; from += bytes.capacity() / 4) {
      int part = Math.min(bytes.capacity() / 4, count - from);
      in.readFully(bytes.array(), 0, 4 * part);
      bytes.asFloatBuffer().get(floats, from, part);
    }
    return floats;
  }
}
