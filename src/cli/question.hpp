// What the commands that look for records have in common: where the data is, which records are
// meant, and what is said at the end.

#pragma once

#include "filter.hpp"
#include "records.hpp"
#include "session.hpp"

namespace netlogd::cli {

struct Question {
  Session::Data data;
  Filter filter;
  RecordSource source;

  // `usual`: the streams where the words name none.
  static Result<Question> ask(const FilterWords& words, const std::vector<Stream>& usual,
                              const Session& session, bool journal_only = false);

  // Says what was found and what stood in the way, and, when nothing was found, which word of the
  // filter nobody knows. The exit status.
  int answer(bool found, const std::string& sentence);
  // "1 record from SQLite", with its plural.
  [[nodiscard]] std::string count_text(std::size_t count, const char* what = "record") const;
};

}  // namespace netlogd::cli
