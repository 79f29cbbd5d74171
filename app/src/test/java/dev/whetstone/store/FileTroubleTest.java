package dev.whetstone.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FileTroubleTest {
  @Test
  void aReasonIsGivenWhereTheSystemNamesTheFileAlone() {
    assertThat(FileTrouble.reason(new AccessDeniedException("/a"))).isEqualTo("permission denied");
    assertThat(FileTrouble.reason(new NoSuchFileException("/a"))).isEqualTo("it is gone");
    assertThat(FileTrouble.reason(new FileSystemException("/a", null, "Input/output error")))
        .isEqualTo("Input/output error");
    assertThat(FileTrouble.reason(new FileSystemException("/a"))).isEqualTo("FileSystemException");
    assertThat(FileTrouble.reason(new UncheckedIOException(new NoSuchFileException("/a"))))
        .isEqualTo("it is gone");
    assertThat(FileTrouble.reason(new IOException("No space left on device")))
        .isEqualTo("No space left on device");
    assertThat(FileTrouble.reason(new IOException())).isEqualTo("IOException");
  }
}
