// Where records come from: SQLite for what it holds, the journal (also compressed) for what it does
// not hold yet or any more. Says afterwards which it was. One thread.

#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "database.hpp"
#include "filter.hpp"
#include "filter_sql.hpp"
#include "record.hpp"
#include "session.hpp"

namespace netlogd::cli {

// False: enough.
using RecordVisitor = std::function<bool(const StoredRecord& record, const RecordReader& reader)>;

class RecordSource {
 public:
  // `journal_only`: SQLite is not asked.
  static Result<RecordSource> open(const Session::Data& data, bool journal_only);
  RecordSource(RecordSource&&) = default;
  RecordSource& operator=(RecordSource&&) = default;

  // The newest `limit` that fit, oldest of them first, all streams in the order of reception.
  Result<std::vector<StoredRecord>> newest(const Filter& filter, std::size_t limit);
  // All that fit, in the order of their ids, stream after stream. Memory stays bounded.
  Result<void> each(const Filter& filter, const RecordVisitor& visit);
  struct Sums {
    std::string keys;    // columns of the view, with a comma behind each
    std::string values;  // sums over them
    std::string group;   // GROUP BY, or nothing
    // The values are count(*), and the keys do not tell the records of an hour apart that come from
    // one source and are of one kind.
    bool may_use_hours = false;
  };
  // The rows of keys and values over what SQLite holds of the stream (several may have the same
  // keys), and the records that fit and are not in it. False: SQL cannot say what the filter says.
  using RowVisitor = std::function<void(Statement& row)>;
  Result<bool> aggregate(const Filter& filter, Stream stream, const Sums& sums,
                         const RowVisitor& row, const RecordVisitor& outside);
  // The record with this id.
  Result<std::optional<StoredRecord>> by_id(Stream stream, std::uint64_t id);

  // The SQL that newest() asks.
  Result<std::string> sql(const Filter& filter, std::size_t limit);

  // "from SQLite and 2 journal files", about all that was asked so far.
  [[nodiscard]] std::string provenance() const;
  // What could not be read, a sentence each.
  [[nodiscard]] const std::vector<std::string>& troubles() const { return troubles_; }
  // nullptr: there is no database.
  [[nodiscard]] Database* database() { return database_ ? &*database_ : nullptr; }
  [[nodiscard]] const std::string& folder() const { return folder_; }

  // The ids that SQLite holds of a stream; last = 0: none.
  struct Held {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t text_indexed = 0;
  };
  Result<Held> held(Stream stream);

 private:
  RecordSource() = default;

  Result<std::vector<IdRange>> ranges(const Held& held, const Filter& filter, Stream stream);
  Result<std::vector<IdRange>> narrowed(std::vector<IdRange> ranges, const Filter& filter);
  struct Part {
    Filter filter;
    IdRange range;
  };
  Result<std::vector<Part>> sum_hours(const Filter& filter, Stream stream, const Held& held,
                                      const Sums& sums, const RowVisitor& row);
  Result<std::uint64_t> counted_id();
  Result<void> each_row(const std::string& sql, const RowVisitor& row);
  Result<void> newest_of(const Filter& filter, Stream stream, std::size_t limit,
                         std::vector<StoredRecord>& into);
  Result<void> from_sqlite(const Filter& filter, Stream stream, const IdRange& range,
                           std::size_t limit, const RecordVisitor& visit);
  Result<bool> page_through(const Filter& filter, Stream stream, IdRange range,
                            const RecordVisitor& visit);
  Result<bool> from_journal(const Filter& filter, Stream stream, std::uint64_t first_id,
                            std::uint64_t last_id, const RecordVisitor& visit);
  Result<void> newest_from_journal(const Filter& filter, Stream stream, std::uint64_t first_id,
                                   std::uint64_t last_id, std::size_t limit,
                                   std::vector<StoredRecord>& into);

  std::string folder_;
  std::optional<Database> database_;
  bool used_sqlite_ = false;
  std::size_t journal_files_ = 0;
  std::vector<std::string> troubles_;
};

}  // namespace netlogd::cli
