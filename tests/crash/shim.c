/* Stands between a process and the C library, and lets it die or fail at its n-th change of a folder.
 *
 * Loaded with LD_PRELOAD; does nothing until crash_arm() is called (by ctypes, in the process that is
 * to suffer). One counter for the whole process counts every call that changes something below the
 * folder, whichever thread or language makes it. Modes:
 *
 *   b  die before the n-th call            a  die after it
 *   t  write half of the n-th call, die (another kind of call: die before it)
 *   e  the n-th call fails with an errno   E  so does every later one
 *   p  stop (SIGSTOP) before the n-th call; whoever watches lets it go on
 *   r  record: every call that succeeded is written to a file, with its data
 *   c  only count
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#undef open
#undef openat
#undef pwrite
#undef ftruncate
#undef fallocate
#undef sendfile

static char folder[PATH_MAX];
static size_t folder_length;
static volatile int armed;
static int mode, fault, record_to = -1;
static long place, count;
static pthread_mutex_t one_at_a_time = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

enum { PASS, FAIL, AFTER, TORN, RECORD };

void crash_arm(const char *path, int mode_, long place_, int fault_, int record_fd) {
    snprintf(folder, sizeof folder, "%s", path);
    folder_length = strlen(folder);
    mode = mode_; place = place_; fault = fault_; record_to = record_fd;
    count = 0;
    armed = 1;
}

void crash_disarm(void) { armed = 0; }
long crash_count(void) { return __atomic_load_n(&count, __ATOMIC_SEQ_CST); }

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* The whole path of a name, as far as it can be told without following links. */
static const char *whole(int at, const char *name, char *out) {
    char link[64];
    if (name && name[0] == '/') { snprintf(out, PATH_MAX, "%s", name); return out; }
    if (at == AT_FDCWD) {
        if (!getcwd(out, PATH_MAX)) out[0] = 0;
    } else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", at);
        ssize_t n = readlink(link, out, PATH_MAX - 1);
        out[n > 0 ? n : 0] = 0;
    }
    if (name && name[0]) {
        size_t n = strlen(out);
        snprintf(out + n, PATH_MAX - n, "/%s", name);
    }
    return out;
}

static int below(const char *path) {
    return !strncmp(path, folder, folder_length) && (path[folder_length] == '/' || !path[folder_length]);
}

/* What is to happen to this call. A recorder keeps the calls in the order in which they happen. */
static int begin(const char *path, int writes) {
    if (!armed || !below(path)) return PASS;
    long here = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
    if (mode == 'r') { pthread_mutex_lock(&one_at_a_time); return RECORD; }
    if (mode == 'c' || !(mode == 'E' ? here >= place : here == place)) return PASS;
    switch (mode) {
    case 'e': case 'E': return FAIL;
    case 'a': return AFTER;
    case 't': if (writes) return TORN; break;
    case 'p': kill(getpid(), SIGSTOP); return PASS;
    }
    die();
    return PASS;
}

/* One line of numbers, then the two names and the data as they are. */
static void note(const char *kind, unsigned long inode, long long offset, unsigned how,
                 const char *one, const char *two, const void *data, size_t length) {
    char head[256];
    int n = snprintf(head, sizeof head, "%s %lu %lld %u %zu %zu %zu\n", kind, inode, offset, how,
                     strlen(one), strlen(two), length);
    struct iovec parts[] = {{head, n}, {(void *)one, strlen(one)}, {(void *)two, strlen(two)},
                            {(void *)data, length}};
    size_t wanted = n + strlen(one) + strlen(two) + length;
    if (syscall(SYS_writev, record_to, parts, 4) != (long)wanted) die(); /* a record with holes lies */
}

void crash_mark(const char *name) { if (armed && mode == 'r') note("mark", 0, 0, 0, name, "", "", 0); }

static unsigned long inode_of(const char *path, unsigned *how) {
    struct stat found;
    if (lstat(path, &found)) return 0;
    *how = found.st_mode;
    return found.st_ino;
}

static unsigned long inode_at(int fd, unsigned *how) {
    struct stat found;
    if (fstat(fd, &found)) return 0;
    *how = found.st_mode;
    return found.st_ino;
}

#define REAL(name) static __typeof__(&name) real; if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name)
#define END(act, ok, ...) do { int saved = errno; if ((act) == AFTER) die();                      \
        if ((act) == RECORD) { if (ok) note(__VA_ARGS__); pthread_mutex_unlock(&one_at_a_time); } \
        errno = saved; } while (0)
#define REFUSE(act) if ((act) == FAIL) { errno = fault; return -1; }

/* --- open: only where it may make a file or empty one --- */

static int opened(int (*real)(int, const char *, int, ...), int at, const char *name, int flags, mode_t how) {
    char path[PATH_MAX];
    struct stat before;
    if (!armed || !(flags & (O_CREAT | O_TRUNC)) || (flags & O_TMPFILE) == O_TMPFILE)
        return real(at, name, flags, how);
    whole(at, name, path);
    int act = begin(path, 0), there = !lstat(path, &before);
    REFUSE(act);
    int fd = real(at, name, flags, how);
    unsigned mode_now = 0;
    unsigned long inode = fd >= 0 ? inode_at(fd, &mode_now) : 0;
    if (there) END(act, fd >= 0 && (flags & O_TRUNC), "size", inode, 0, mode_now, path, "", "", 0);
    else END(act, fd >= 0, "create", inode, 0, mode_now, path, "", "", 0);
    return fd;
}

#define HOW(flags) mode_t how = 0; if ((flags) & (O_CREAT | O_TMPFILE)) { va_list more; \
        va_start(more, flags); how = va_arg(more, mode_t); va_end(more); }
#define OPENS(plain, at_name)                                                                  \
    int at_name(int at, const char *name, int flags, ...) {                                    \
        REAL(at_name); HOW(flags); return opened(real, at, name, flags, how); }                \
    int plain(const char *name, int flags, ...) {                                              \
        static int (*real)(int, const char *, int, ...);                                       \
        if (!real) *(void **)&real = dlsym(RTLD_NEXT, #at_name);                               \
        HOW(flags); return opened(real, AT_FDCWD, name, flags, how); }
OPENS(open, openat)
OPENS(open64, openat64)

/* --- data --- */

#define WRITES(result, length, half_call, whole_call, offset_of)                               \
    char path[PATH_MAX];                                                                       \
    if (!armed) return whole_call;                                                             \
    int act = begin(whole(fd, NULL, path), 1);                                                 \
    REFUSE(act);                                                                               \
    if (act == TORN) { half_call; die(); }                                                     \
    result done = whole_call;                                                                  \
    unsigned how = 0; unsigned long inode = act == RECORD ? inode_at(fd, &how) : 0;            \
    END(act, done > 0, "write", inode, offset_of, how, path, "", data, done);                  \
    return done;

ssize_t write(int fd, const void *data, size_t length) {
    REAL(write);
    WRITES(ssize_t, length, real(fd, data, length / 2), real(fd, data, length),
           (long long)lseek(fd, 0, SEEK_CUR) - done)
}

#define PWRITES(name, type)                                                                    \
    ssize_t name(int fd, const void *data, size_t length, type at) {                           \
        REAL(name);                                                                            \
        WRITES(ssize_t, length, real(fd, data, length / 2, at), real(fd, data, length, at), (long long)at) }
PWRITES(pwrite, off_t)
PWRITES(pwrite64, off64_t)

ssize_t writev(int fd, const struct iovec *parts, int n) {
    REAL(writev);
    if (!armed || n < 1) return real(fd, parts, n);
    return write(fd, parts[0].iov_base, parts[0].iov_len); /* a short write, as it may always be */
}

/* Copies inside the kernel: whoever is told EINVAL reads and writes instead, and that is seen. */
#define COPIES(name, out_fd, ...)                                                              \
    REAL(name); char path[PATH_MAX];                                                           \
    if (armed && below(whole(out_fd, NULL, path))) { errno = EINVAL; return -1; }              \
    return real(__VA_ARGS__);
ssize_t sendfile(int out, int in, off_t *at, size_t n) { COPIES(sendfile, out, out, in, at, n) }
ssize_t sendfile64(int out, int in, off64_t *at, size_t n) { COPIES(sendfile64, out, out, in, at, n) }
ssize_t copy_file_range(int in, off64_t *in_at, int out, off64_t *out_at, size_t n, unsigned flags) {
    COPIES(copy_file_range, out, in, in_at, out, out_at, n, flags) }

#define BY_FD(name, kind, offset, params, ...)                                                 \
    int name params {                                                                          \
        REAL(name); char path[PATH_MAX];                                                       \
        if (!armed) return real(__VA_ARGS__);                                                  \
        int act = begin(whole(fd, NULL, path), 0);                                             \
        REFUSE(act);                                                                           \
        int done = real(__VA_ARGS__);                                                          \
        unsigned how = 0; unsigned long inode = inode_at(fd, &how);                            \
        END(act, !done, kind, inode, (long long)(offset), how, path, "", "", 0);               \
        return done; }
BY_FD(fsync, "sync", 0, (int fd), fd)
BY_FD(fdatasync, "sync", 0, (int fd), fd)
BY_FD(ftruncate, "size", length, (int fd, off_t length), fd, length)
BY_FD(ftruncate64, "size", length, (int fd, off64_t length), fd, length)
BY_FD(fallocate, "grow", at + n, (int fd, int flags, off_t at, off_t n), fd, flags, at, n)
BY_FD(fallocate64, "grow", at + n, (int fd, int flags, off64_t at, off64_t n), fd, flags, at, n)
BY_FD(fchmod, "mode", 0, (int fd, mode_t to), fd, to)

/* --- names --- */

#define BY_NAME(name, kind, at, text, params, ...)                                             \
    int name params {                                                                          \
        REAL(name); char path[PATH_MAX];                                                       \
        if (!armed) return real(__VA_ARGS__);                                                  \
        int act = begin(whole(at, text, path), 0);                                             \
        REFUSE(act);                                                                           \
        int done = real(__VA_ARGS__);                                                          \
        unsigned how = 0; unsigned long inode = inode_of(path, &how);                          \
        END(act, !done, kind, inode, 0, how, path, "", "", 0);                                 \
        return done; }
BY_NAME(unlink, "unlink", AT_FDCWD, one, (const char *one), one)
BY_NAME(unlinkat, "unlink", at, one, (int at, const char *one, int flags), at, one, flags)
BY_NAME(rmdir, "unlink", AT_FDCWD, one, (const char *one), one)
BY_NAME(mkdir, "mkdir", AT_FDCWD, one, (const char *one, mode_t how_), one, how_)
BY_NAME(mkdirat, "mkdir", at, one, (int at, const char *one, mode_t how_), at, one, how_)
BY_NAME(chmod, "mode", AT_FDCWD, one, (const char *one, mode_t to), one, to)
BY_NAME(fchmodat, "mode", at, one, (int at, const char *one, mode_t to, int flags), at, one, to, flags)

#define BY_NAMES(name, kind, at, text, at2, text2, params, ...)                                \
    int name params {                                                                          \
        REAL(name); char path[PATH_MAX], other[PATH_MAX];                                      \
        if (!armed) return real(__VA_ARGS__);                                                  \
        whole(at, text, path);                                                                 \
        int act = begin(whole(at2, text2, other), 0);                                          \
        REFUSE(act);                                                                           \
        int done = real(__VA_ARGS__);                                                          \
        unsigned how = 0; unsigned long inode = inode_of(other, &how);                         \
        END(act, !done, kind, inode, 0, how, path, other, "", 0);                              \
        return done; }
BY_NAMES(link, "link", AT_FDCWD, one, AT_FDCWD, two, (const char *one, const char *two), one, two)
BY_NAMES(linkat, "link", at, one, at2, two,
         (int at, const char *one, int at2, const char *two, int flags), at, one, at2, two, flags)
BY_NAMES(rename, "rename", AT_FDCWD, one, AT_FDCWD, two, (const char *one, const char *two), one, two)
BY_NAMES(renameat, "rename", at, one, at2, two,
         (int at, const char *one, int at2, const char *two), at, one, at2, two)
BY_NAMES(renameat2, "rename", at, one, at2, two,
         (int at, const char *one, int at2, const char *two, unsigned flags), at, one, at2, two, flags)
