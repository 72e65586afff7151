// netlog rebuild: SQLite anew from the journal. While netlogd runs it does so itself as soon as the
// file is gone; else it is done here.

#include <unistd.h>

#include <cerrno>
#include <memory>

#include "commands.hpp"
#include "database.hpp"
#include "store.hpp"

namespace netlogd::cli {
namespace {

Result<void> remove_database(const std::string& file) {
  for (const char* suffix : {"", "-wal", "-shm", ".rebuild", ".rebuild-wal", ".rebuild-shm"}) {
    const auto path = file + suffix;
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return errno_error(path, errno);
  }
  return {};
}

int rebuild(const Session& session) {
  const auto data = session.data();
  if (!data) return Session::fail(data.error());
  if (data->config && !data->config->sqlite.enabled)
    return Session::fail({Errc::invalid, data->config->file + ": sqlite is switched off"});
  if (is_daemon_running(data->folder)) {
    // The file alone: what stands beside it may already belong to the new one.
    if (::unlink(data->sqlite_file.c_str()) != 0 && errno != ENOENT)
      return Session::fail(errno_error(data->sqlite_file, errno));
    Session::remark("netlogd is running and rebuilds " + data->sqlite_file +
                    " now; netlog ledger --watch shows how far it is");
    if (session.json) Session::print("{\"rebuilt_by\":\"netlogd\"}\n");
    return exit_found;
  }
  // Under the lock, so that no daemon starts in the middle.
  {
    const auto lock = DataLock::take(data->folder);
    if (!lock) return Session::fail(lock.error());
    if (auto removed = remove_database(data->sqlite_file); !removed)
      return Session::fail(removed.error());
  }
  auto store = Store::open(*data);
  if (!store) return Session::fail(store.error());
  if (auto closed = (*store)->close(); !closed) return Session::fail(closed.error());
  store->reset();
  auto database = Database::open(data->sqlite_file);
  if (!database) return Session::fail(database.error());
  std::string sentence = data->sqlite_file + ": rebuilt";
  std::string json = "{\"rebuilt_by\":\"netlog\"";
  for (const auto& [stream, view] :
       {std::pair{"syslog", "logs"}, {"trap", "traps"}, {"flow", "flows"}}) {
    const auto count = database->integer(std::string("SELECT count(*) FROM ") + view);
    if (!count) return Session::fail(count.error());
    sentence += std::string(", ") + stream + " " + std::to_string(*count);
    json += std::string(",\"") + stream + "\":" + std::to_string(*count);
  }
  session.json ? Session::print(json + "}\n") : Session::print(sentence + "\n");
  return exit_found;
}

}  // namespace

void add_rebuild(CommandLine& line, Session& session) {
  auto command = line.command("rebuild", "make the SQLite file anew from the journal");
  command.action([&session] { return rebuild(session); });
}

}  // namespace netlogd::cli
