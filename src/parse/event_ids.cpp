#include "parse/event_ids.hpp"

#include <algorithm>

#include "netlogd/core/text_cursor.hpp"
#include "parse/event_tables.hpp"

namespace netlogd::parse {
namespace {

constexpr char upper(char c) noexcept { return is_lower(c) ? static_cast<char>(c - 32) : c; }

// Small switches write the severity as a letter: %LINK-W-Down.
constexpr bool is_severity(char c) noexcept {
  return is_digit(c) || c == 'I' || c == 'W' || c == 'E' || c == 'N' || c == 'C' || c == 'A' ||
         c == 'D' || c == 'F' || c == '*';
}

}  // namespace

std::size_t severity_part(std::string_view id) noexcept {
  for (auto dash = id.find('-', 1); dash != std::string_view::npos && dash + 2 < id.size();
       dash = id.find('-', dash + 1))
    if (id[dash + 2] == '-' && is_severity(id[dash + 1])) return dash + 1;
  return std::string_view::npos;
}

NormalId::NormalId(std::string_view id, const EventTables& tables) noexcept {
  while (!id.empty() && id.front() == '%') id.remove_prefix(1);
  id = id.substr(0, longest);
  const auto severity = severity_part(id);
  std::string_view facility;
  std::string_view mnemonic = id;
  if (severity != std::string_view::npos) {
    facility = id.substr(0, severity - 1);
    mnemonic = id.substr(severity + 2);
  } else if (const auto dash = id.find('-'); dash != std::string_view::npos && dash > 0) {
    facility = id.substr(0, dash);
    mnemonic = id.substr(dash + 1);
  }
  add(facility, mnemonic);
  if (facility.empty()) return;
  const auto whole = spellings_[0].substr(0, facility.size());
  const auto first = whole.substr(0, whole.find('-'));
  if (const auto other = tables.facilities.find(first); other != TextIndex::none) {
    const auto name = tables.facility_names[other];
    count_ = 0;
    add(name, mnemonic);
    return;
  }
  if (first.size() == whole.size()) return;
  add(first, mnemonic);
  add(whole.substr(whole.rfind('-') + 1), mnemonic);
}

void NormalId::add(std::string_view facility, std::string_view mnemonic) noexcept {
  auto* const from = buffer_.data() + used_;
  auto* const end = put(mnemonic, facility.empty() ? from : put("-", put(facility, from)));
  spellings_[count_++] = std::string_view(from, static_cast<std::size_t>(end - from));
  used_ = static_cast<std::size_t>(end - buffer_.data());
}

char* NormalId::put(std::string_view part, char* at) noexcept {
  const auto room = static_cast<std::size_t>(buffer_.data() + buffer_.size() - at);
  part = part.substr(0, room);
  return std::transform(part.begin(), part.end(), at, upper);
}

}  // namespace netlogd::parse
