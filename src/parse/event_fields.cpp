// How values become fields: numbers as numbers, lists in the order of the text, attributes under
// the names of the record contract.

#include <algorithm>
#include <charconv>

#include "netlogd/core/text_cursor.hpp"
#include "parse/event_reading.hpp"
#include "parse/scan_user.hpp"

namespace netlogd::parse {
namespace {

constexpr std::size_t most_attributes = 200;
constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_heading = TextShape::longest_text + 1;

using List = ExtractedFields::List;

bool has_digit(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), is_digit);
}

bool to_number(std::string_view text, std::uint64_t& value) noexcept {
  if (text.empty() || text.size() > 19 || !is_digit(text.front())) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

// RFC 5396: 64512, or 1.10 for 65546.
bool to_asn(std::string_view text, std::uint64_t& value) noexcept {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return to_number(text, value) && value <= 0xffffffffU;
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  if (!to_number(text.substr(0, dot), high) || !to_number(text.substr(dot + 1), low)) return false;
  value = high * 65536 + low;
  return high <= 0xffff && low <= 0xffff;
}

// Whether JSON reads the text as the number it shows.
bool is_json_number(std::string_view text) noexcept {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.size() > 1 && text[0] == '0' && text[1] != '.') return false;
  return !text.empty() && text.size() <= 19;
}

bool is_name_character(char c) noexcept { return is_alnum(c) || c == '_' || c == '-' || c == '.'; }

}  // namespace

void EventReading::keep(std::uint16_t field, CaptureKind kind, std::string_view value) {
  const PlainKey name{tables_.fields[field].name};
  std::uint64_t number = 0;
  switch (kind) {
    case CaptureKind::number:
      if (to_number(value, number)) return fields_.number(name, number, value);
      break;
    case CaptureKind::asn:
      if (to_asn(value, number)) return fields_.number(name, number, value);
      break;
    case CaptureKind::port: {
      if (to_number(value, number)) return fields_.number(name, number, value);
      by_value_ |= has_digit(value);
      char buffer[longest_name];
      if (value.size() > sizeof buffer) break;
      std::transform(value.begin(), value.end(), buffer, to_lower);
      if (const auto known = tables_.ports.find({buffer, value.size()}); known != TextIndex::none)
        return fields_.number(name, tables_.port_numbers[known]);
      break;
    }
    case CaptureKind::decimal:
      if (is_json_number(value)) return fields_.json(name, value);
      break;
    case CaptureKind::user:
      list(List::users, value);
      break;
    case CaptureKind::interface:
      list(List::interfaces, value);
      break;
    case CaptureKind::mac:
      list(List::mac_addresses, value);
      break;
    case CaptureKind::ip:
    case CaptureKind::host:
      if (ip_length(value, 0) == value.size()) list(List::ip_addresses, value);
      break;
    case CaptureKind::name:
      remove_from_lists(value);
      break;
    case CaptureKind::word:
    case CaptureKind::one_of:
    case CaptureKind::hex:
    case CaptureKind::text:
    case CaptureKind::rest:
      break;
  }
  fields_.text(name, value);
}

void EventReading::list(List list, std::string_view value) {
  const auto message = input_.message;
  const auto inside = value.data() >= message.data() &&
                      value.data() + value.size() <= message.data() + message.size();
  if (!inside) return fields_.add(list, value);
  scratch_.hits.add(static_cast<std::size_t>(value.data() - message.data()), value.size(), list);
}

// What a rule knows to be a name is no address, whatever it looks like.
void EventReading::remove_from_lists(std::string_view value) {
  const auto at = static_cast<std::size_t>(value.data() - input_.message.data());
  if (at < input_.message.size()) scratch_.hits.remove(at);
}

void EventReading::flush_lists() {
  for (const auto& hit : scratch_.hits)
    fields_.add_named(hit.list, input_.message.substr(hit.at, hit.length));
}

void EventReading::read_parameters(std::uint16_t type_by_id) {
  type_ = type_by_id_ = type_by_id;
  const auto count = std::min(input_.parameters.size(), most_attributes);
  // Junos says in attributes what others say in text, so all of them are kept; of structured data
  // from elsewhere only what has a meaning for us: the record holds the rest as it is.
  const bool all = input_.vendor == "juniper_junos";
  for (const auto& [name, value] : input_.parameters.first(count)) attribute(name, value, all);
}

// Under our name where it has a meaning for us, else under its own.
void EventReading::attribute(std::string_view name, std::string_view value, bool keep_unknown) {
  if (name.empty() || value.empty()) return;
  by_value_ |= has_digit(name);
  char buffer[longest_name];
  const AttributeMeaning* meaning = nullptr;
  if (name.size() <= sizeof buffer) {
    std::transform(name.begin(), name.end(), buffer, to_lower);
    const auto found = tables_.attributes.find({buffer, name.size()});
    if (found != TextIndex::none)
      for (const auto& candidate : tables_.attribute_meanings[found])
        if (candidate.type == no_type || candidate.type == type_) {
          meaning = &candidate;
          break;
        }
  }
  if (meaning == nullptr) {
    if (keep_unknown) fields_.text(name, value);
    return;
  }
  const auto& field = tables_.fields[meaning->field];
  if (field.kind == CaptureKind::user && names_nobody(value)) return;
  if (fields_.has(field.name)) return fields_.text(name, value);
  keep(meaning->field, field.kind, value);
}

// key=value key="a value"; what is no pair is passed over.
void EventReading::read_pairs(std::string_view text) {
  TextCursor cursor(text);
  for (std::size_t pairs = 0; pairs < most_attributes && !cursor.at_end();) {
    const auto name = cursor.take_while(is_name_character);
    if (name.empty() || !cursor.take('=')) {
      cursor.skip(name.empty() ? 1 : 0);
      continue;
    }
    std::string_view value;
    if (cursor.peek() == '"' || cursor.peek() == '\'') {
      const char quote = cursor.peek();
      cursor.skip();
      value = cursor.take_while([quote](char c) { return c != quote; });
      cursor.skip();
    } else {
      value = cursor.take_while([](char c) { return !is_blank(c) && c != ',' && c != ';'; });
    }
    attribute(name, value, true);
    ++pairs;
  }
}

// "SrcIP: 192.0.2.1, URL: a, b, User: x": a value goes on until the next ", Name:".
void EventReading::read_colon_pairs(std::string_view text) {
  // "SrcIP", "Prefilter Policy": begins with a capital letter, ends with a colon.
  const auto name_length = [text](std::size_t at) -> std::size_t {
    if (at >= text.size() || !is_upper(text[at])) return 0;
    auto end = at;
    while (end < text.size() && end - at < longest_heading &&
           (is_name_character(text[end]) || text[end] == ' '))
      ++end;
    const bool colon = end < text.size() && text[end] == ':';
    const char behind = colon && end + 1 < text.size() ? text[end + 1] : ' ';
    return colon && (behind == ' ' || behind == ',') ? end - at : 0;
  };
  std::size_t at = text.find_first_not_of(' ');
  for (std::size_t pairs = 0; pairs < most_attributes && at < text.size(); ++pairs) {
    const auto length = name_length(at);
    if (length == 0) return;
    auto begin = at + length + 1;
    while (begin < text.size() && text[begin] == ' ') ++begin;
    auto end = begin;
    auto next = text.size();
    for (end = begin; end < text.size(); ++end) {
      if (text[end] != ',') continue;
      auto behind = end + 1;
      while (behind < text.size() && text[behind] == ' ') ++behind;
      if (behind == end + 1 || name_length(behind) == 0) continue;
      next = behind;
      break;
    }
    auto value = text.substr(begin, end - begin);
    while (!value.empty() && (is_blank(value.back()) || value.back() == '\n'))
      value.remove_suffix(1);
    attribute(text.substr(at, length), value, true);
    at = next;
  }
}

}  // namespace netlogd::parse
