#include "journal/id_mark.hpp"

#include <algorithm>
#include <sstream>

namespace netlogd::journal {

std::uint64_t IdMark::given_between(std::uint64_t after, std::uint64_t before) const noexcept {
  if (before <= after + 1) return 0;
  std::uint64_t count = before - after - 1;
  for (const IdGap& gap : gaps) {
    const auto first = std::max(gap.first, after + 1);
    const auto last = std::min(gap.last, before - 1);
    if (first <= last) count -= last - first + 1;
  }
  return count;
}

const IdGap* IdMark::gap_around(std::uint64_t id) const noexcept {
  for (const IdGap& gap : gaps) {
    if (gap.first <= id && id <= gap.last) return &gap;
  }
  return nullptr;
}

void IdMark::add_gap(IdGap gap) {
  if (!gaps.empty() && gap.first <= gaps.back().last + 1) {
    gaps.back().last = std::max(gaps.back().last, gap.last);
    return;
  }
  if (gaps.size() == max_gaps) gaps.erase(gaps.begin());
  gaps.push_back(gap);
}

Result<IdMark> load_id_mark(FileOps& files, const std::string& path) {
  auto text = read_file(files, path, 1 << 20);
  if (!text) return text.error();
  std::istringstream in(*text);
  IdMark mark;
  const Error corrupt{Errc::corrupt, path + ": does not read back"};
  std::string word;
  if (!(in >> word >> mark.next) || word != "next" || mark.next == 0) return corrupt;
  while (in >> word) {
    IdGap gap;
    if (word != "gap" || !(in >> gap.first >> gap.last) || gap.first == 0 || gap.last < gap.first ||
        gap.last >= mark.next || (!mark.gaps.empty() && gap.first <= mark.gaps.back().last)) {
      return corrupt;
    }
    mark.add_gap(gap);
  }
  return mark;
}

Result<void> save_id_mark(FileOps& files, const std::string& folder, const std::string& path,
                          const IdMark& mark) {
  std::string text = "next " + std::to_string(mark.next) + "\n";
  for (const IdGap& gap : mark.gaps) {
    text += "gap " + std::to_string(gap.first) + " " + std::to_string(gap.last) + "\n";
  }
  if (auto replaced = replace_file(files, path, text, 0640); !replaced) return replaced.error();
  return files.sync_directory(folder);
}

}  // namespace netlogd::journal
