// SQLite's file layer with a break in it: as SQLite's default it counts every changing operation
// (open, write, truncate, sync, delete, growing the shared index) and at the n-th fails once, or
// stops there like a process that is killed: half of that write is done and nothing after it.

#pragma once

#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <cstring>

namespace netlogd::testing {

class FaultyVfs {
 public:
  enum class Break { never, fail_once, fail_from_there_on, stop };

  // There is one for the whole program; SQLite takes it for every database opened from here on.
  static FaultyVfs& installed() {
    static FaultyVfs* const vfs = new FaultyVfs;
    return *vfs;
  }
  void break_at(std::uint64_t operation, Break how, int code = SQLITE_IOERR) {
    at_ = operation;
    code_ = code;
    seen_ = 0;
    how_ = how;
  }
  void heal() { how_ = Break::never; }
  [[nodiscard]] std::uint64_t seen() const { return seen_; }
  [[nodiscard]] bool has_broken() const { return how_ != Break::never && seen_ >= at_; }

 private:
  // The real file lies behind ours in the memory that SQLite gives.
  struct File {
    sqlite3_file base;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };

  FaultyVfs() {
    real_ = sqlite3_vfs_find(nullptr);
    vfs_ = *real_;
    vfs_.zName = "netlogd-faulty";
    vfs_.pNext = nullptr;
    vfs_.szOsFile = real_->szOsFile + static_cast<int>(sizeof(File));
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
    methods_ = {.iVersion = 2,
                .xClose = close,
                .xRead = [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
                  return real(f)->pMethods->xRead(real(f), to, n, at);
                },
                .xWrite = write,
                .xTruncate = truncate,
                .xSync = sync,
                .xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
                  return real(f)->pMethods->xFileSize(real(f), size);
                },
                .xLock = [](sqlite3_file* f, int kind) {
                  return real(f)->pMethods->xLock(real(f), kind);
                },
                .xUnlock = [](sqlite3_file* f, int kind) {
                  return real(f)->pMethods->xUnlock(real(f), kind);
                },
                .xCheckReservedLock = [](sqlite3_file* f, int* out) {
                  return real(f)->pMethods->xCheckReservedLock(real(f), out);
                },
                .xFileControl = [](sqlite3_file* f, int what, void* with) {
                  return real(f)->pMethods->xFileControl(real(f), what, with);
                },
                .xSectorSize = [](sqlite3_file* f) {
                  return real(f)->pMethods->xSectorSize(real(f));
                },
                .xDeviceCharacteristics = [](sqlite3_file* f) {
                  return real(f)->pMethods->xDeviceCharacteristics(real(f));
                },
                .xShmMap = map_shared,
                .xShmLock = [](sqlite3_file* f, int at, int n, int flags) {
                  return real(f)->pMethods->xShmLock(real(f), at, n, flags);
                },
                .xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); },
                .xShmUnmap = [](sqlite3_file* f, int and_delete) {
                  const bool stopped = installed().has_stopped();
                  return real(f)->pMethods->xShmUnmap(real(f), stopped ? 0 : and_delete);
                },
                .xFetch = nullptr,
                .xUnfetch = nullptr};
    sqlite3_vfs_register(&vfs_, 1);
  }

  static sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real(); }

  [[nodiscard]] bool has_stopped() const { return how_ == Break::stop && seen_ >= at_; }

  // True at the operation that breaks, and at all later ones if it stays broken.
  bool breaks() {
    const auto now = ++seen_;
    if (how_ == Break::never) return false;
    return how_ == Break::fail_once ? now == at_ : now >= at_;
  }

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    file->pMethods = nullptr;
    FaultyVfs& all = installed();
    if ((flags & SQLITE_OPEN_CREATE) != 0 && all.breaks()) return SQLITE_CANTOPEN;
    const int code = all.real_->xOpen(all.real_, name, real(file), flags, out);
    if (real(file)->pMethods != nullptr) file->pMethods = &all.methods_;
    return code;
  }
  static int close(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }
  static int remove(sqlite3_vfs*, const char* name, int sync_directory) {
    FaultyVfs& all = installed();
    if (all.breaks()) return SQLITE_IOERR_DELETE;
    return all.real_->xDelete(all.real_, name, sync_directory);
  }
  static int write(sqlite3_file* file, const void* from, int length, sqlite3_int64 at) {
    FaultyVfs& all = installed();
    if (!all.breaks()) return real(file)->pMethods->xWrite(real(file), from, length, at);
    if (all.seen_ == all.at_)
      static_cast<void>(real(file)->pMethods->xWrite(real(file), from, length / 2, at));
    return all.code_ == SQLITE_IOERR ? SQLITE_IOERR_WRITE : all.code_.load();
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (installed().breaks()) return SQLITE_IOERR_TRUNCATE;
    return real(file)->pMethods->xTruncate(real(file), size);
  }
  static int sync(sqlite3_file* file, int flags) {
    if (installed().breaks()) return SQLITE_IOERR_FSYNC;
    return real(file)->pMethods->xSync(real(file), flags);
  }
  static int map_shared(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    if (extend != 0 && installed().breaks()) return SQLITE_IOERR_SHMSIZE;
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
  }

  sqlite3_vfs* real_ = nullptr;
  sqlite3_vfs vfs_{};
  sqlite3_io_methods methods_{};
  std::atomic<std::uint64_t> seen_{0};
  std::atomic<std::uint64_t> at_{0};
  std::atomic<Break> how_{Break::never};
  std::atomic<int> code_{SQLITE_IOERR};
};

}  // namespace netlogd::testing
