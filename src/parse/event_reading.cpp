#include "parse/event_reading.hpp"

#include <algorithm>

#include "netlogd/core/text_cursor.hpp"
#include "parse/event_ids.hpp"

namespace netlogd::parse {
namespace {

constexpr std::size_t longest_process = 64;
constexpr std::size_t tag_looked_for = TextShape::longest_text + 1;

// The text behind a nested tag, without the marks that end it.
std::string_view behind_tag(std::string_view text) noexcept {
  const auto begin = text.find_first_not_of("> :\t");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

}  // namespace

void EventReading::run() {
  scratch_.decision = {};
  By by = By::none;
  const EventRow* row = row_of_id(input_.message_id, by);
  if (row != nullptr) decide(*row, by);
  scan_text(input_.message, tables_.interfaces, scratch_.hits);
  read_parameters(type_);
  if (row != nullptr) apply_rules(*row, input_.message);
  if (type_ >= type_by_words) read_nested_tag();
  if (type_ >= type_by_words)
    if (const auto* process = row_of_process(); process != nullptr) {
      if (process->type < type_by_words) decide(*process, By::process);
      // A rule may decide what its row leaves to the words.
      if (apply_rules(*process, input_.message) && scratch_.decision.by == By::none)
        scratch_.decision.by = By::process;
    }
  // An id whose row leaves it to the words says nothing by its own.
  if (type_ >= type_by_words) read_words(row == nullptr ? input_.message_id : std::string_view());
  if (type_ >= type_by_words) type_ = tables_.other_type;
  if (!rule_matched_) apply_rules(tables_.type_rows[type_], input_.message);
  scratch_.hits.sort();
}

const EventRow* EventReading::row_of_id(std::string_view id, By& by) const noexcept {
  if (id.empty()) return nullptr;
  const NormalId normal(id, tables_);
  for (std::size_t i = 0; i < normal.spellings(); ++i)
    if (const auto found = tables_.messages.find(normal.spelling(i)); found != TextIndex::none) {
      by = By::message_id;
      return &tables_.message_rows[found];
    }
  for (std::size_t i = 0; i < normal.spellings(); ++i)
    if (const auto found = tables_.wildcards.find(normal.spelling(i)); found != TextIndex::none) {
      by = By::wildcard;
      return &tables_.wildcard_rows[found];
    }
  return nullptr;
}

const EventRow* EventReading::row_of_process() const noexcept {
  auto process = input_.process;
  if (const auto slash = process.rfind('/'); slash != std::string_view::npos)
    process.remove_prefix(slash + 1);
  char buffer[longest_process];
  if (process.empty() || process.size() > sizeof buffer) return nullptr;
  std::transform(process.begin(), process.end(), buffer, to_lower);
  const auto found = tables_.processes.find({buffer, process.size()});
  return found == TextIndex::none ? nullptr : &tables_.process_rows[found];
}

void EventReading::decide(const EventRow& row, By by) noexcept {
  type_ = row.type;
  scratch_.decision = {by, row.key, row.source, row.file, row.line, 0};
}

// NX-OS and IOS XR wrap one tag in another: "%DAEMON-2-SYSTEM_MSG: <<%USBHSD-2-MOUNT>> logflash".
void EventReading::read_nested_tag() {
  const auto text = input_.message;
  const auto percent = text.substr(0, tag_looked_for).find('%');
  if (percent == std::string_view::npos) return;
  auto end = percent + 1;
  while (end < text.size() && (is_alnum(text[end]) || text[end] == '_' || text[end] == '-')) ++end;
  const auto id = text.substr(percent + 1, end - percent - 1);
  const auto severity = severity_part(id);
  if (severity == std::string_view::npos) return;
  const auto is_number = [](char c) { return is_digit(c); };
  by_value_ |= std::count_if(id.begin(), id.end(), is_number) > (is_digit(id[severity]) ? 1 : 0);
  By by = By::none;
  const auto* row = row_of_id(id, by);
  if (row == nullptr) return;
  if (row->type < type_by_words) decide(*row, by);
  apply_rules(*row, behind_tag(text.substr(end)));
}

void EventReading::read_words(std::string_view id) {
  const auto found = tables_.words.find(id, input_.message, scratch_.words);
  if (found == WordMatcher::none) return;
  const auto& row = tables_.word_rows[found];
  decide(row, By::words);
  apply_rules(row, input_.message);
}

// True when a rule matched.
bool EventReading::apply_rules(const EventRow& row, std::string_view text) {
  bool matched = false;
  for (const auto index : row.rules) {
    const auto& rule = tables_.rules[index];
    PairText pairs;
    if (!match_pattern(rule.pattern, text, tables_.interfaces, scratch_.captures, pairs)) continue;
    matched = rule_matched_ = true;
    apply_rule(rule);
    has_pairs_ |= !pairs.equals.empty() || !pairs.colons.empty();
    if (!pairs.equals.empty()) read_pairs(pairs.equals);
    if (!pairs.colons.empty()) read_colon_pairs(pairs.colons);
    if (!rule.also) break;
  }
  return matched;
}

void EventReading::apply_rule(const EventRule& rule) {
  if (rule.type != no_type) type_ = rule.type;
  if (scratch_.decision.rule_line == 0) scratch_.decision.rule_line = rule.line;
  for (const auto& capture : scratch_.captures)
    if (capture.constant)
      fields_.text(PlainKey{tables_.fields[capture.field].name}, capture.value);
    else
      keep(capture.field, capture.kind, capture.value);
}

}  // namespace netlogd::parse
