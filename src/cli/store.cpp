#include "store.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace netlogd::cli {
namespace {

constexpr mode_t folder_mode = 0750;
constexpr mode_t file_mode = 0640;
constexpr std::chrono::hours follower_patience{24};
constexpr int poll_milliseconds = 20;
constexpr std::chrono::seconds no_progress{60};

void report(journal::ReportLevel level, std::string_view sentence) {
  if (level != journal::ReportLevel::info) Session::remark("netlog: " + std::string(sentence));
}

}  // namespace

Result<DataLock> DataLock::take(const std::string& folder) {
  const std::string run = folder + "/run";
  if (auto made = system_files().make_directories(run, folder_mode); !made) return made.error();
  auto fd = system_files().open(run + "/lock", O_RDWR | O_CREAT | O_NOFOLLOW, file_mode);
  if (!fd) return fd.error();
  if (::flock(fd->get(), LOCK_EX | LOCK_NB) == 0) return DataLock(std::move(*fd));
  if (errno == EWOULDBLOCK) return Error{Errc::busy, folder + ": netlogd is running"};
  return errno_error(run + "/lock", errno);
}

bool is_daemon_running(const std::string& folder) {
  const UniqueFd fd(::open((folder + "/run/lock").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return false;
  if (::flock(fd.get(), LOCK_SH | LOCK_NB) != 0) return errno == EWOULDBLOCK;
  return false;
}

Store::Store(DataLock lock, bool has_sqlite, const std::string& sqlite_file, bool text_index)
    : lock_(std::move(lock)), sqlite_file_(sqlite_file) {
  if (!has_sqlite) return;
  counters_.name = "sqlite";
  follow::SqliteSettings settings;
  settings.file = sqlite_file;
  settings.keep_age.fill(std::chrono::seconds(0));
  settings.text_index = text_index;
  sqlite_ = std::make_unique<follow::SqliteFollower>(settings, system_files(), clock_, report);
}

Store::~Store() {
  runner_.reset();
  if (journal_) journal_->close();
}

Result<std::unique_ptr<Store>> Store::open(const Session::Data& data) {
  auto lock = DataLock::take(data.folder);
  if (!lock) return lock.error();
  const bool has_sqlite = !data.config || data.config->sqlite.enabled;
  const bool text_index = !data.config || data.config->sqlite.text_index;
  std::unique_ptr<Store> store(
      new Store(std::move(*lock), has_sqlite, data.sqlite_file, text_index));
  journal::JournalSettings settings;
  settings.data_dir = data.folder;
  for (std::size_t i = 0; i < stream_count; ++i) {
    settings.streams[i].keep_age = std::chrono::seconds(0);
    settings.streams[i].keep_bytes = 0;
    if (data.config) settings.streams[i].rotate_bytes = data.config->journal.rotate_size_bytes[i];
  }
  settings.min_free_bytes = 0;
  if (data.config) settings.compress = data.config->journal.compress;
  auto journal = journal::Journal::open(settings, system_files(), store->clock_, report);
  if (!journal) return journal.error();
  store->journal_ = std::move(*journal);
  if (store->sqlite_) {
    store->runner_ = std::make_unique<follow::FollowerRunner>(
        *store->sqlite_, *store->journal_, store->counters_, store->clock_, report);
    store->runner_->start();
  }
  return store;
}

// A new database gets its name when it holds everything, which a stop would leave to the next
// start.
void Store::await_database() const {
  auto written = read(counters_.written);
  auto moved = clock_.monotonic();
  while (::access(sqlite_file_.c_str(), F_OK) != 0) {
    ::poll(nullptr, 0, poll_milliseconds);
    if (const auto now = read(counters_.written); now != written) {
      written = now;
      moved = clock_.monotonic();
    }
    if (clock_.monotonic() - moved > no_progress) return;
  }
}

Result<void> Store::close() {
  if (runner_) await_database();
  const bool reached = !runner_ || runner_->stop(follower_patience);
  journal_->close();
  runner_.reset();
  journal_.reset();
  if (!reached)
    return Error{Errc::io, std::to_string(counters_.pending()) +
                               " records are not in SQLite yet; netlogd goes on with them"};
  return {};
}

}  // namespace netlogd::cli
