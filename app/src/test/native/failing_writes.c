/* Writes that fail, for tests: loaded with LD_PRELOAD, it lets the first FAULT_AFTER writes to files below
 * FAULT_FOLDER through and answers every later one, and every fsync after it, with EIO, as a broken disk does.
 *   cc -shared -fPIC -o failing_writes.so failing_writes.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static long written;

static int below(int fd) {
  const char *folder = getenv("FAULT_FOLDER");
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (folder == NULL || length < 0) return 0;
  path[length] = 0;
  return strncmp(path, folder, strlen(folder)) == 0;
}

static int fails(int fd, int counts) {
  const char *after = getenv("FAULT_AFTER");
  int saved = errno;
  int bad = below(fd) && (counts ? __sync_fetch_and_add(&written, 1) : written) >= (after ? atol(after) : 0);
  errno = bad ? EIO : saved;
  return bad;
}

#define REAL(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

ssize_t write(int fd, const void *b, size_t n) {
  return fails(fd, 1) ? -1 : REAL(ssize_t, "write", int, const void *, size_t)(fd, b, n);
}
ssize_t pwrite(int fd, const void *b, size_t n, off_t at) {
  return fails(fd, 1) ? -1 : REAL(ssize_t, "pwrite", int, const void *, size_t, off_t)(fd, b, n, at);
}
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t at) {
  return fails(fd, 1) ? -1 : REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t)(fd, b, n, at);
}
ssize_t writev(int fd, const struct iovec *v, int n) {
  return fails(fd, 1) ? -1 : REAL(ssize_t, "writev", int, const struct iovec *, int)(fd, v, n);
}
int fsync(int fd) {
  return fails(fd, 0) ? -1 : REAL(int, "fsync", int)(fd);
}
int fdatasync(int fd) {
  return fails(fd, 0) ? -1 : REAL(int, "fdatasync", int)(fd);
}
