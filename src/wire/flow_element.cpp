#include "netlogd/wire/flow_element.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "netlogd/core/text_cursor.hpp"

namespace netlogd::wire {
namespace {

constexpr std::size_t max_name = 64;

constexpr std::array<std::pair<std::string_view, ElementType>, 24> type_words = {{
    {"octetArray", ElementType::octet_array},
    {"unsigned8", ElementType::unsigned_number},
    {"unsigned16", ElementType::unsigned_number},
    {"unsigned32", ElementType::unsigned_number},
    {"unsigned64", ElementType::unsigned_number},
    {"signed8", ElementType::signed_number},
    {"signed16", ElementType::signed_number},
    {"signed32", ElementType::signed_number},
    {"signed64", ElementType::signed_number},
    {"float32", ElementType::real},
    {"float64", ElementType::real},
    {"boolean", ElementType::boolean},
    {"macAddress", ElementType::mac_address},
    {"string", ElementType::string},
    {"ipv4Address", ElementType::ipv4_address},
    {"ipv6Address", ElementType::ipv6_address},
    {"dateTimeSeconds", ElementType::time_seconds},
    {"dateTimeMilliseconds", ElementType::time_milliseconds},
    {"dateTimeMicroseconds", ElementType::time_microseconds},
    {"dateTimeNanoseconds", ElementType::time_nanoseconds},
    {"basicList", ElementType::basic_list},
    {"subTemplateList", ElementType::octet_array},
    {"subTemplateMultiList", ElementType::octet_array},
    {"unsigned256", ElementType::octet_array},
}};

std::optional<ElementType> type_of(std::string_view word) noexcept {
  for (const auto& [name, type] : type_words)
    if (name == word) return type;
  return std::nullopt;
}

template <typename Number>
bool read_number(std::string_view text, Number& value) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && (is_blank(text.front()))) text.remove_prefix(1);
  while (!text.empty() && (is_blank(text.back()) || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

bool is_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= max_name &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '_'; });
}

// Empty: read; else what is wrong with the line.
std::string_view read_line(std::string_view line, FlowElement& element) {
  std::array<std::string_view, 4> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto comma = line.find(',');
    if ((comma == std::string_view::npos) != (i + 1 == parts.size()))
      return "expected enterprise,number,name,type";
    parts[i] = trimmed(line.substr(0, comma));
    if (comma != std::string_view::npos) line.remove_prefix(comma + 1);
  }
  if (!read_number(parts[0], element.enterprise)) return "the enterprise is no number";
  if (!read_number(parts[1], element.number)) return "the element number is not 0 to 65535";
  if (!is_name(parts[2])) return "a name has letters, digits and '_' only, at most 64";
  const auto type = type_of(parts[3]);
  if (!type) return "the type is none of RFC 7012";
  element.name = parts[2];
  element.type = *type;
  return {};
}

using Key = std::pair<std::uint32_t, std::uint16_t>;

Key key_of(const FlowElement& element) noexcept { return {element.enterprise, element.number}; }

// The opposite directions of IANA's elements, where no file says otherwise.
void add_reverse_elements(std::map<Key, FlowElement>& by_key) {
  constexpr std::uint16_t max_number = 0x7fff;
  std::vector<FlowElement> reversed;
  for (const auto& [key, element] : by_key) {
    if (key.first != 0 || key.second > max_number) continue;
    FlowElement reverse = element;
    reverse.enterprise = FlowElements::reverse_enterprise;
    if (is_lower(reverse.name.front()))
      reverse.name.front() = static_cast<char>(reverse.name.front() - 32);
    reverse.name.insert(0, "reverse");
    reversed.push_back(std::move(reverse));
  }
  for (auto& reverse : reversed) {
    const auto key = key_of(reverse);
    by_key.try_emplace(key, std::move(reverse));
  }
}

}  // namespace

Result<FlowElements> FlowElements::load(std::span<const NamedText> files) {
  std::map<Key, FlowElement> by_key;
  for (const auto& file : files) {
    std::string_view rest = file.text;
    for (std::size_t line_number = 1; !rest.empty(); ++line_number) {
      const auto end = rest.find('\n');
      const auto line = trimmed(rest.substr(0, end));
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      if (line.empty() || line.front() == '#') continue;
      FlowElement element;
      const auto fault = read_line(line, element);
      if (!fault.empty())
        return Error{Errc::invalid,
                     file.name + ":" + std::to_string(line_number) + ": " + std::string(fault)};
      const auto key = key_of(element);
      by_key.insert_or_assign(key, std::move(element));
    }
  }
  add_reverse_elements(by_key);
  FlowElements table;
  table.elements_.reserve(by_key.size());
  for (auto& [key, element] : by_key) table.elements_.push_back(std::move(element));
  return table;
}

const FlowElement* FlowElements::find(std::uint32_t enterprise,
                                      std::uint16_t number) const noexcept {
  const Key wanted(enterprise, number);
  const auto at =
      std::lower_bound(elements_.begin(), elements_.end(), wanted,
                       [](const FlowElement& e, const Key& key) { return key_of(e) < key; });
  return at != elements_.end() && key_of(*at) == wanted ? &*at : nullptr;
}

}  // namespace netlogd::wire
