// A disk that loses what was not synced, to be preloaded into the daemon. Writes to the journal's
// files stay in this process's memory until the file is synced, as in a drive's cache; only then do
// they reach the real file. A process that dies takes them along. SIGRTMIN+3 is the power cut: of
// what was not synced it lets through nothing, or a torn beginning, or any sectors in any order,
// and then the process is gone.
//
// What is not modelled: names (a file created or renamed stays so at once) and a file's size.
//
//   UNSYNCED_SEED     number from which power cuts draw
//   UNSYNCED_SYNC_US  longest time that a sync takes, in microseconds; 0 if not given
//   UNSYNCED_CONTROL  folder; while these files are in it:
//     refuse_files      journal files cannot be created or enlarged; holds the errno to give
//     sync_fails        a sync of a journal file fails with EIO, and what it should have kept is lost
//     sync_hangs        a sync of a journal file does not return
//     lie               a sync says that it synced and did not: the proof that the tests would notice

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { kDescriptors = 4096, kFiles = 256, kSector = 512 };

struct write {
  struct write *next;
  off_t offset;
  size_t bytes;
  unsigned char data[];
};

// An open file, or a closed one with something left to lose.
struct file {
  bool used;
  dev_t device;
  ino_t node;
  int descriptors;
  int own;  // a descriptor of this shim's, to write with
  struct write *first;
  struct write **last;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct file files[kFiles];
static struct file *opened[kDescriptors];
static uint64_t dice;
static unsigned longest_sync_us;
static const char *control;

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_pread)(int, void *, size_t, off_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fdatasync)(int);
static int (*real_fsync)(int);
static int (*real_fallocate)(int, int, off_t, off_t);

static void fail(const char *what) {
  fprintf(stderr, "unsynced_shim: %s\n", what);
  abort();
}

static uint64_t roll(void) {  // splitmix64
  uint64_t z = (dice += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static bool is_asked_for(const char *name, char *text, size_t room) {
  if (control == NULL) return false;
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", control, name);
  const int found = real_open(path, O_RDONLY | O_CLOEXEC);
  if (found < 0) return false;
  if (text != NULL) {
    const ssize_t got = read(found, text, room - 1);
    text[got > 0 ? got : 0] = '\0';
  }
  real_close(found);
  return true;
}

static int refused_files(void) {
  char text[16];
  return is_asked_for("refuse_files", text, sizeof text) ? atoi(text) : 0;
}

static bool is_journal(const char *path) {
  const char *name = strrchr(path, '/');
  name = name == NULL ? path : name + 1;
  return strncmp(name, "segment-", 8) == 0;
}

static struct file *of(int descriptor) {
  return descriptor >= 0 && descriptor < kDescriptors ? opened[descriptor] : NULL;
}

static void forget(struct file *file) {
  while (file->first != NULL) {
    struct write *gone = file->first;
    file->first = gone->next;
    free(gone);
  }
  file->last = &file->first;
}

static void release(struct file *file) {
  if (file->descriptors != 0 || file->first != NULL) return;
  real_close(file->own);
  file->used = false;
}

static void put(struct file *file, const unsigned char *data, size_t bytes, off_t offset) {
  while (bytes > 0) {
    const ssize_t done = real_pwrite(file->own, data, bytes, offset);
    if (done <= 0) fail("a write through failed");
    data += done;
    bytes -= (size_t)done;
    offset += done;
  }
}

static void put_all(struct file *file) {
  for (struct write *one = file->first; one != NULL; one = one->next) {
    put(file, one->data, one->bytes, one->offset);
  }
  forget(file);
}

// All but a torn end: whole writes in their order, and a beginning of the next.
static void put_prefix(struct file *file) {
  size_t total = 0;
  for (struct write *one = file->first; one != NULL; one = one->next) total += one->bytes;
  size_t left = total == 0 ? 0 : roll() % (total + 1);
  for (struct write *one = file->first; one != NULL && left > 0; one = one->next) {
    const size_t part = one->bytes < left ? one->bytes : left;
    put(file, one->data, part, one->offset);
    left -= part;
  }
}

static void put_sectors(struct file *file) {
  const unsigned kept = 1 + roll() % 15;  // sixteenths
  for (struct write *one = file->first; one != NULL; one = one->next) {
    for (size_t at = 0; at < one->bytes; at += kSector) {
      const size_t part = one->bytes - at < kSector ? one->bytes - at : kSector;
      if (roll() % 16 < kept) put(file, one->data + at, part, one->offset + (off_t)at);
    }
  }
}

static size_t unsynced(void) {
  size_t bytes = 0;
  for (const struct file *file = files; file != files + kFiles; ++file) {
    if (!file->used) continue;
    for (const struct write *one = file->first; one != NULL; one = one->next) bytes += one->bytes;
  }
  return bytes;
}

static void cut_power(void) {
  pthread_mutex_lock(&mutex);  // and never let go: nothing more is written
  const unsigned mood = roll() % 4;
  fprintf(stderr, "unsynced_shim: the power fails, %zu bytes were not synced\n", unsynced());
  for (struct file *file = files; file != files + kFiles; ++file) {
    if (!file->used) continue;
    if (mood == 1) put_prefix(file);
    if (mood >= 2) put_sectors(file);
  }
  kill(getpid(), SIGKILL);
}

static void *wait_for_cut(void *set) {
  int number;
  if (sigwait(set, &number) == 0) cut_power();
  return NULL;
}

static void *find(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (found == NULL) fail(name);
  return found;
}

__attribute__((constructor)) static void begin(void) {
  real_open = find("open64");
  real_close = find("close");
  real_pread = find("pread64");
  real_pwrite = find("pwrite64");
  real_fdatasync = find("fdatasync");
  real_fsync = find("fsync");
  real_fallocate = find("fallocate64");
  control = getenv("UNSYNCED_CONTROL");
  const char *seed = getenv("UNSYNCED_SEED");
  dice = seed == NULL ? (uint64_t)getpid() : strtoull(seed, NULL, 10);
  const char *longest = getenv("UNSYNCED_SYNC_US");
  longest_sync_us = longest == NULL ? 0 : (unsigned)strtoul(longest, NULL, 10);
  static sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN + 3);
  pthread_sigmask(SIG_BLOCK, &set, NULL);  // the threads to come take it over
  pthread_t thread;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  if (pthread_create(&thread, NULL, wait_for_cut, &set) != 0) fail("no thread");
  pthread_detach(thread);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void note_open(int descriptor, const char *path, bool is_new) {
  struct stat info;
  if (descriptor >= kDescriptors || fstat(descriptor, &info) != 0) fail("fstat");
  pthread_mutex_lock(&mutex);
  struct file *free_one = NULL, *file = NULL;
  for (struct file *one = files; one != files + kFiles; ++one) {
    if (!one->used) {
      if (free_one == NULL) free_one = one;
    } else if (one->device == info.st_dev && one->node == info.st_ino) {
      file = one;
    }
  }
  if (file == NULL) {
    if (free_one == NULL) fail("too many files");
    file = free_one;
    *file = (struct file){true, info.st_dev, info.st_ino, 0, -1, NULL, &file->first};
    file->own = real_open(path, O_RDWR | O_CLOEXEC);
    if (file->own < 0) fail("second open");
  }
  if (is_new) forget(file);  // the number was another file's
  ++file->descriptors;
  opened[descriptor] = file;
  pthread_mutex_unlock(&mutex);
}

static int open_with(const char *path, int flags, mode_t mode) {
  const bool is_ours = is_journal(path);
  const bool is_new = is_ours && (flags & O_CREAT) != 0;
  if (is_new) {
    const int error = refused_files();
    if (error != 0) {
      errno = error;
      return -1;
    }
  }
  const int descriptor = real_open(path, flags, mode);
  if (descriptor >= 0 && is_ours) note_open(descriptor, path, is_new);
  return descriptor;
}

static mode_t mode_of(int flags, va_list more) {
  return (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
}

int open(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = mode_of(flags, more);
  va_end(more);
  return open_with(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = mode_of(flags, more);
  va_end(more);
  return open_with(path, flags, mode);
}

int close(int descriptor) {
  pthread_mutex_lock(&mutex);
  struct file *file = of(descriptor);
  if (file != NULL) {
    opened[descriptor] = NULL;
    --file->descriptors;
    release(file);
  }
  pthread_mutex_unlock(&mutex);
  return real_close(descriptor);
}

ssize_t pwrite64(int descriptor, const void *data, size_t bytes, off_t offset) {
  pthread_mutex_lock(&mutex);
  struct file *file = of(descriptor);
  if (file == NULL) {
    pthread_mutex_unlock(&mutex);
    return real_pwrite(descriptor, data, bytes, offset);
  }
  struct write *one = malloc(sizeof *one + bytes);
  if (one == NULL) fail("no memory");
  one->next = NULL;
  one->offset = offset;
  one->bytes = bytes;
  memcpy(one->data, data, bytes);
  *file->last = one;
  file->last = &one->next;
  pthread_mutex_unlock(&mutex);
  return (ssize_t)bytes;
}

ssize_t pwrite(int descriptor, const void *data, size_t bytes, off_t offset) {
  return pwrite64(descriptor, data, bytes, offset);
}

// What the file has, and over it what waits.
ssize_t pread64(int descriptor, void *into, size_t bytes, off_t offset) {
  pthread_mutex_lock(&mutex);
  struct file *file = of(descriptor);
  const ssize_t got = real_pread(descriptor, into, bytes, offset);
  if (file != NULL && got > 0) {
    const off_t end = offset + got;
    for (const struct write *one = file->first; one != NULL; one = one->next) {
      const off_t one_end = one->offset + (off_t)one->bytes;
      const off_t from = one->offset > offset ? one->offset : offset;
      const off_t to = one_end < end ? one_end : end;
      if (from < to) {
        memcpy((unsigned char *)into + (from - offset), one->data + (from - one->offset),
               (size_t)(to - from));
      }
    }
  }
  pthread_mutex_unlock(&mutex);
  return got;
}

ssize_t pread(int descriptor, void *into, size_t bytes, off_t offset) {
  return pread64(descriptor, into, bytes, offset);
}

static int sync_file(int descriptor, int (*real)(int)) {
  pthread_mutex_lock(&mutex);
  struct file *file = of(descriptor);
  pthread_mutex_unlock(&mutex);
  if (file == NULL) return real(descriptor);
  while (is_asked_for("sync_hangs", NULL, 0)) usleep(2000);
  if (is_asked_for("lie", NULL, 0)) return 0;
  const bool fails = is_asked_for("sync_fails", NULL, 0);
  pthread_mutex_lock(&mutex);
  const unsigned pause_us = longest_sync_us == 0 ? 0 : roll() % longest_sync_us;
  pthread_mutex_unlock(&mutex);
  if (pause_us != 0) usleep(pause_us);  // as a disk does: a cut may come now
  pthread_mutex_lock(&mutex);
  if (fails) {
    forget(file);
  } else {
    put_all(file);
  }
  pthread_mutex_unlock(&mutex);
  if (fails) errno = EIO;
  return fails ? -1 : 0;
}

int fdatasync(int descriptor) { return sync_file(descriptor, real_fdatasync); }
int fsync(int descriptor) { return sync_file(descriptor, real_fsync); }

int fallocate64(int descriptor, int mode, off_t offset, off_t bytes) {
  if (of(descriptor) != NULL) {
    const int error = refused_files();
    if (error != 0) {
      errno = error;
      return -1;
    }
  }
  return real_fallocate(descriptor, mode, offset, bytes);
}

int fallocate(int descriptor, int mode, off_t offset, off_t bytes) {
  return fallocate64(descriptor, mode, offset, bytes);
}
