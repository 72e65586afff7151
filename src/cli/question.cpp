#include "question.hpp"

#include "hints.hpp"

namespace netlogd::cli {

Result<Question> Question::ask(const FilterWords& words, const std::vector<Stream>& usual,
                               const Session& session, bool journal_only) {
  auto data = session.data();
  if (!data) return data.error();
  auto filter = make_filter(words, usual, session);
  if (!filter) return filter.error();
  auto source = RecordSource::open(*data, journal_only);
  if (!source) return source.error();
  return Question{std::move(*data), std::move(*filter), std::move(*source)};
}

int Question::answer(bool found, const std::string& sentence) {
  for (const auto& trouble : source.troubles()) Session::remark("netlog: " + trouble);
  Session::remark(sentence);
  if (!found) Session::remark_if(unknown_name(filter, source));
  return found ? exit_found : exit_nothing;
}

std::string Question::count_text(std::size_t count, const char* what) const {
  return std::to_string(count) + " " + what + (count == 1 ? " " : "s ") + source.provenance();
}

}  // namespace netlogd::cli
