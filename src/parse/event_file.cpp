#include "parse/event_file.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "netlogd/core/text_cursor.hpp"

namespace netlogd::parse {
namespace {

constexpr std::size_t most_rows = 60000;

}  // namespace

enum class EventFileReader::Section : std::uint8_t {
  none,
  event_types,
  fields,
  interfaces,
  ports,
  facilities,
  attributes,
  messages,
  processes,
  words,
  rules
};

EventFileReader::Section EventFileReader::section_of(std::string_view word) {
  static constexpr std::string_view names[] = {
      "",           "event_types", "fields",    "interfaces", "ports", "facilities",
      "attributes", "messages",    "processes", "words",      "rules"};
  const auto* found = std::find(std::begin(names), std::end(names), word);
  return found == std::end(names) ? Section::none : static_cast<Section>(found - std::begin(names));
}

Result<void> EventFileReader::read(const NamedText& file) {
  sentence_.clear();
  file_ = intern(file.name);
  source_ = {};
  section_ = Section::none;
  open_rules_ = nullptr;
  line_ = 0;
  words_of_file_ = 0;
  std::string_view rest = intern(file.text);
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
  while (!rest.empty() && sentence_.empty()) {
    ++line_;
    const auto end = rest.find('\n');
    auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    while (!line.empty() && (is_blank(line.back()) || line.back() == '\r')) line.remove_suffix(1);
    const auto first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos || line[first] == '#') continue;
    if (first > 0)
      rule(line.substr(first));
    else if (line.front() == '[')
      section(line);
    else if (line.starts_with("source:"))
      source_ = trimmed(line.substr(7));
    else
      row(without_comment(line));
  }
  if (!sentence_.empty()) return Error{Errc::invalid, sentence_};
  return {};
}

void EventFileReader::section(std::string_view line) {
  open_rules_ = nullptr;
  if (line.back() != ']') return fail("a section is written [name]");
  const auto words = split_words(line.substr(1, line.size() - 2));
  section_ = section_of(words[0]);
  if (section_ == Section::none)
    return fail("there is no section \"" + std::string(words[0]) + "\"");
  if (section_ != Section::rules) {
    if (words.count != 1) fail("this section has no name of its own");
    return;
  }
  if (words.count != 2) return fail("a set of rules needs a name: [rules NAME]");
  open_rules_ = &texts_.sets[words[1]];
}

void EventFileReader::rule(std::string_view line) {
  if (open_rules_ == nullptr)
    return fail("an indented line is an extraction rule and needs a row above it");
  open_rules_->push_back({file_, line_, line});
}

void EventFileReader::row(std::string_view line) {
  if (section_ == Section::words) return word_row(line);
  const auto words = split_words(line);
  open_rules_ = nullptr;
  switch (section_) {
    case Section::none:
      return fail("a row before the first [section]");
    case Section::event_types:
      return type_row(words);
    case Section::fields:
      return field_row(words);
    case Section::interfaces:
      return interface_row(words);
    case Section::ports:
      return port_row(words);
    case Section::facilities:
      return facility_row(words);
    case Section::attributes:
      return attribute_row(words);
    case Section::messages:
      return keyed_row(words, texts_.messages);
    case Section::processes:
      return keyed_row(words, texts_.processes);
    case Section::words:
    case Section::rules:
      return fail("a set of rules holds indented lines only");
  }
}

void EventFileReader::type_row(const RowWords& words) {
  RowText row{file_, line_, source_, words[0], words[0], {}, {}, {}};
  if (!std::all_of(words[0].begin(), words[0].end(),
                   [](char c) { return is_lower(c) || is_digit(c) || c == '_'; }))
    return fail("an event type is written in small letters, digits and \"_\"");
  for (std::size_t i = 1; i < words.count && words[i].front() == '@'; ++i)
    row.sets.push_back(words[i].substr(1));
  texts_.types.push_back(std::move(row));
  open_rules_ = &texts_.types.back().rules;
}

void EventFileReader::keyed_row(const RowWords& words, std::vector<RowText>& rows) {
  if (words.count < 2)
    return fail("a row needs an event type behind \"" + std::string(words[0]) + "\"");
  if (rows.size() >= most_rows) return fail("too many rows");
  RowText row{file_, line_, source_, words[0], words[1], {}, {}, {}};
  for (std::size_t i = 2; i < words.count; ++i) {
    if (words[i].front() != '@' || words[i].size() == 1)
      return fail("behind the event type stand sets of rules, written @NAME");
    row.sets.push_back(words[i].substr(1));
  }
  rows.push_back(std::move(row));
  open_rules_ = &rows.back().rules;
}

void EventFileReader::word_row(std::string_view line) {
  open_rules_ = nullptr;
  const auto colon = line.find(':');
  if (colon == std::string_view::npos)
    return fail("a row of words is written EVENT_TYPE: phrase & phrase");
  const auto words = split_words(line.substr(0, colon));
  RowText row{file_, line_, source_, trimmed(line.substr(colon + 1)), words[0], {}, {}, {}};
  for (std::size_t i = 1; i < words.count; ++i) {
    if (words[i].front() != '@')
      return fail("behind the event type stand sets of rules, written @NAME");
    row.sets.push_back(words[i].substr(1));
  }
  for (auto rest = row.key; !rest.empty();) {
    const auto mark = rest.find('&');
    row.phrases.push_back(trimmed(rest.substr(0, mark)));
    rest = mark == std::string_view::npos ? std::string_view() : rest.substr(mark + 1);
  }
  const auto place = texts_.words.begin() + static_cast<std::ptrdiff_t>(words_of_file_++);
  open_rules_ = &texts_.words.insert(place, std::move(row))->rules;
}

void EventFileReader::field_row(const RowWords& words) {
  CaptureKind kind{};
  if (words.count != 2 || !capture_kind_of(words[1], kind))
    return fail(
        "a field is written NAME KIND, and the kind must be one of those in docs/event-types.md");
  if (!is_field_name(words[0]))
    return fail("\"" + std::string(words[0]) + "\" is no name of a field: " + field_name_rule);
  const auto found = texts_.fields.find(words[0]);
  if (found != texts_.fields.end()) {
    tables_.fields[found->second].kind = kind;
    return;
  }
  if (tables_.fields.size() >= 4000) return fail("too many fields");
  texts_.fields.emplace(words[0], static_cast<std::uint16_t>(tables_.fields.size()));
  tables_.fields.push_back({words[0], kind});
}

void EventFileReader::interface_row(const RowWords& words) {
  static constexpr std::pair<std::string_view, InterfaceNames::Shape> shapes[] = {
      {"number", InterfaceNames::Shape::number},
      {"slots", InterfaceNames::Shape::slots},
      {"any", InterfaceNames::Shape::any},
      {"bare", InterfaceNames::Shape::bare}};
  const auto* shape = std::find_if(std::begin(shapes), std::end(shapes),
                                   [&](const auto& entry) { return entry.first == words[1]; });
  const bool blank = words.count == 3 && words[2] == "blank";
  if (words.count < 2 || words.count > 3 || (words.count == 3 && !blank) ||
      shape == std::end(shapes))
    return fail("an interface is written NAME number|slots|any|bare, and perhaps blank");
  if (!tables_.interfaces.add(words[0], shape->second, blank))
    fail("the name is too long, or there are too many");
}

void EventFileReader::facility_row(const RowWords& words) {
  if (words.count != 2) return fail("a facility is written NAME OTHER_NAME");
  tables_.facilities.set(intern(upper_text(words[1])),
                         static_cast<std::uint32_t>(tables_.facility_names.size()));
  tables_.facility_names.push_back(intern(upper_text(words[0])));
}

void EventFileReader::attribute_row(const RowWords& words) {
  if (words.count != 2 && words.count != 3)
    return fail("an attribute is written NAME FIELD, or NAME FIELD EVENT_TYPE");
  texts_.attributes.push_back({file_, line_, words[0], words[1], words.count == 3 ? words[2] : ""});
}

void EventFileReader::port_row(const RowWords& words) {
  unsigned number = 0;
  const auto last = words[1].data() + words[1].size();
  const auto [end, error] = std::from_chars(words[1].data(), last, number);
  if (words.count != 2 || error != std::errc() || end != last || number > 65535)
    return fail("a port is written NAME NUMBER");
  tables_.ports.set(intern(lower_text(words[0])),
                    static_cast<std::uint32_t>(tables_.port_numbers.size()));
  tables_.port_numbers.push_back(static_cast<std::uint16_t>(number));
}

void EventFileReader::fail(std::string_view what) {
  if (sentence_.empty())
    sentence_ = std::string(file_) + ":" + std::to_string(line_) + ": " + std::string(what);
}

std::string_view EventFileReader::intern(std::string text) {
  tables_.texts.push_back(std::move(text));
  return tables_.texts.back();
}

}  // namespace netlogd::parse
