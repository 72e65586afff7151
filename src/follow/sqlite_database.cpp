#include "follow/sqlite_database.hpp"

#include <sqlite3.h>

namespace netlogd::follow {
namespace {

Error sqlite_error(std::string_view object, sqlite3* database, int code) {
  Errc kind = Errc::io;
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      kind = Errc::busy;
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      kind = Errc::corrupt;
      break;
    case SQLITE_FULL:
      kind = Errc::no_space;
      break;
    default:
      break;
  }
  const char* message = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  return {kind, std::string(object) + ": " + message};
}

}  // namespace

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}
void SqliteDatabase::Close::operator()(sqlite3* database) const noexcept {
  sqlite3_close_v2(database);
}

SqliteStatement& SqliteStatement::bind(int at, std::int64_t value) noexcept {
  sqlite3_bind_int64(statement_.get(), at, value);
  return *this;
}
SqliteStatement& SqliteStatement::bind(int at, std::string_view text) noexcept {
  sqlite3_bind_text(statement_.get(), at, text.data() != nullptr ? text.data() : "",
                    static_cast<int>(text.size()), SQLITE_TRANSIENT);
  return *this;
}
SqliteStatement& SqliteStatement::bind_view(int at, std::string_view text) noexcept {
  sqlite3_bind_text(statement_.get(), at, text.data() != nullptr ? text.data() : "",
                    static_cast<int>(text.size()), SQLITE_STATIC);
  return *this;
}
SqliteStatement& SqliteStatement::bind_null(int at) noexcept {
  sqlite3_bind_null(statement_.get(), at);
  return *this;
}
void SqliteStatement::clear() noexcept { sqlite3_clear_bindings(statement_.get()); }

Result<bool> SqliteStatement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  sqlite3* database = sqlite3_db_handle(statement_.get());
  Error error = sqlite_error("sqlite", database, code);
  sqlite3_reset(statement_.get());
  return error;
}

Result<void> SqliteStatement::run() {
  for (;;) {
    auto more = step();
    if (!more) return more.error();
    if (!*more) break;
  }
  reset();
  return {};
}

void SqliteStatement::reset() noexcept { sqlite3_reset(statement_.get()); }
std::int64_t SqliteStatement::integer(int column) const noexcept {
  return sqlite3_column_int64(statement_.get(), column);
}
std::string_view SqliteStatement::text(int column) const noexcept {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return text == nullptr
             ? std::string_view{}
             : std::string_view(
                   text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}
bool SqliteStatement::is_null(int column) const noexcept {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Result<SqliteDatabase> SqliteDatabase::open(const std::string& path) {
  // Counting its memory costs SQLite a lock for each piece of it. Nobody asks for the count; once
  // SQLite is in use this changes nothing.
  [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  SqliteDatabase database;
  database.database_.reset(raw);
  database.path_ = path;
  if (code != SQLITE_OK) return sqlite_error(path, raw, code);
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, 2000);
  sqlite3_wal_hook(
      raw,
      [](void* pages, sqlite3*, const char*, int count) {
        *static_cast<std::int64_t*>(pages) = count;
        return SQLITE_OK;
      },
      database.wal_pages_.get());
  return database;
}

Result<void> SqliteDatabase::execute(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_error(path_, database_.get(), code);
  return {};
}

Result<SqliteStatement> SqliteDatabase::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  SqliteStatement statement;
  statement.statement_.reset(raw);
  if (code != SQLITE_OK) return sqlite_error(path_, database_.get(), code);
  return statement;
}

Result<std::int64_t> SqliteDatabase::integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  auto row = statement->step();
  if (!row) return row.error();
  return *row ? statement->integer(0) : std::int64_t{0};
}

std::int64_t SqliteDatabase::last_row_id() const noexcept {
  return sqlite3_last_insert_rowid(database_.get());
}
std::int64_t SqliteDatabase::changes() const noexcept { return sqlite3_changes64(database_.get()); }
bool SqliteDatabase::is_in_transaction() const noexcept {
  return sqlite3_get_autocommit(database_.get()) == 0;
}
void SqliteDatabase::release_memory() noexcept { sqlite3_db_release_memory(database_.get()); }

Result<void> SqliteDatabase::checkpoint(bool restart, std::int64_t* frames, std::int64_t* moved) {
  int in_log = 0;
  int checkpointed = 0;
  const int code = sqlite3_wal_checkpoint_v2(
      database_.get(), nullptr, restart ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE,
      &in_log, &checkpointed);
  if (frames != nullptr) *frames = in_log;
  if (moved != nullptr) *moved = checkpointed;
  if (code == SQLITE_OK && in_log == checkpointed) *wal_pages_ = 0;
  if (code != SQLITE_OK) return sqlite_error(path_, database_.get(), code);
  return {};
}

}  // namespace netlogd::follow
