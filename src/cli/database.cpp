#include "database.hpp"

#include <sqlite3.h>
#include <unistd.h>

namespace netlogd::cli {
namespace {

constexpr int busy_milliseconds = 10'000;

std::string uri_of(const std::string& path, const char* mode) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '?' || c == '#' || c == '%') {
      constexpr char digits[] = "0123456789ABCDEF";
      uri += '%';
      uri += digits[static_cast<unsigned char>(c) >> 4];
      uri += digits[static_cast<unsigned char>(c) & 15];
    } else {
      uri += c;
    }
  }
  return uri + "?" + mode;
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}
void Database::Close::operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto* database = sqlite3_db_handle(statement_.get());
  const char* file = sqlite3_db_filename(database, "main");
  std::string sentence =
      std::string(file == nullptr ? "SQLite" : file) + ": " + sqlite3_errmsg(database);
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    sentence += "; --journal asks the journal alone, netlog rebuild makes it anew";
  return Error{code == SQLITE_BUSY ? Errc::busy : Errc::io, std::move(sentence)};
}

std::int64_t Statement::integer(int column) const noexcept {
  return sqlite3_column_int64(statement_.get(), column);
}
double Statement::real(int column) const noexcept {
  return sqlite3_column_double(statement_.get(), column);
}
bool Statement::is_null(int column) const noexcept {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}
bool Statement::is_number(int column) const noexcept {
  const int type = sqlite3_column_type(statement_.get(), column);
  return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}
int Statement::columns() const noexcept { return sqlite3_column_count(statement_.get()); }
std::string Statement::name(int column) const {
  return sqlite3_column_name(statement_.get(), column);
}

std::string_view Statement::text(int column) const noexcept {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Result<Database> Database::open(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0) return Error{Errc::not_found, path + ": not there"};
  // A reader of a database with a write-ahead log wants to write the index of that log. Who may
  // not, and finds no log either, may take the file as it lies there.
  const bool has_log = ::access((path + "-wal").c_str(), F_OK) == 0;
  for (const char* mode : {"mode=ro", "immutable=1"}) {
    if (mode[0] == 'i' && has_log) break;
    sqlite3* handle = nullptr;
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(uri_of(path, mode).c_str(), &handle, flags, nullptr);
    Database database;
    database.path_ = path;
    database.database_.reset(handle);
    if (code != SQLITE_OK) continue;
    sqlite3_busy_timeout(handle, busy_milliseconds);
    // SQLite's own sizes of cache and sorting are left: larger ones made sums half as slow again,
    // as memory that is used once costs more than a read of what the system has cached.
    sqlite3_exec(handle, "PRAGMA query_only=1;", nullptr, nullptr, nullptr);
    if (database.integer("SELECT count(*) FROM sqlite_schema")) return database;
  }
  return Error{Errc::io, path + ": cannot be opened as a database"};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      &handle, nullptr);
  if (code != SQLITE_OK)
    return Error{code == SQLITE_BUSY ? Errc::busy : Errc::io,
                 path_ + ": " + sqlite3_errmsg(database_.get())};
  Statement statement;
  statement.statement_.reset(handle);
  return statement;
}

Result<std::int64_t> Database::integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  const auto row = statement->step();
  if (!row) return row.error();
  return *row ? statement->integer(0) : 0;
}

Result<std::vector<std::string>> Database::texts(std::string_view sql, std::size_t limit) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  std::vector<std::string> all;
  while (all.size() < limit) {
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row) break;
    all.emplace_back(statement->text(0));
  }
  return all;
}

bool Database::has_table(std::string_view name) {
  const auto found = integer("SELECT count(*) FROM sqlite_schema WHERE name = " + sql_text(name));
  return found && *found > 0;
}

Database::Snapshot::Snapshot(Database& database) : database_(database) {
  sqlite3_exec(database_.database_.get(), "BEGIN", nullptr, nullptr, nullptr);
}
Database::Snapshot::~Snapshot() {
  sqlite3_exec(database_.database_.get(), "COMMIT", nullptr, nullptr, nullptr);
}

std::string sql_text(std::string_view text) {
  text = text.substr(0, text.find('\0'));
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

}  // namespace netlogd::cli
