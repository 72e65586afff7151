#include <fmt/format.h>

#include "enrich/inventory_builder.hpp"
#include "enrich/inventory_forms.hpp"
#include "netlogd/core/nearest_word.hpp"
#include "netlogd/core/text_cursor.hpp"

namespace netlogd::enrich {
namespace {

constexpr std::array<std::string_view, 2> section_words = {"devices", "subnets"};
constexpr std::size_t max_fields = 100;      // of one entry
constexpr std::size_t max_values = 100'001;  // of one field

bool has_extension(std::string_view name, std::string_view extension) noexcept {
  if (name.size() < extension.size()) return false;
  name.remove_prefix(name.size() - extension.size());
  for (std::size_t i = 0; i < name.size(); ++i)
    if (to_lower(name[i]) != extension[i]) return false;
  return true;
}

// Whether the first line that says something is a CSV header: no colon, and a column that we need.
bool looks_like_csv(std::string_view text) noexcept {
  TextCursor cursor(text);
  while (!cursor.at_end()) {
    const auto line = cursor.take_while([](char c) { return c != '\n'; });
    cursor.skip();
    if (line.empty() || line.front() == '#' || line.front() == '\r') continue;
    return line.find(':') == std::string_view::npos &&
           line.find_first_of(",;\t") != std::string_view::npos &&
           (line.find("ip") != std::string_view::npos ||
            line.find("hostname") != std::string_view::npos ||
            line.find("prefix") != std::string_view::npos);
  }
  return false;
}

}  // namespace

InventoryForm form_of(std::string_view text, std::string_view file_name) noexcept {
  if (has_extension(file_name, ".yaml") || has_extension(file_name, ".yml"))
    return InventoryForm::yaml;
  if (has_extension(file_name, ".json")) return InventoryForm::json;
  if (has_extension(file_name, ".csv") || has_extension(file_name, ".tsv"))
    return InventoryForm::csv;
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && (text[first] == '{' || text[first] == '['))
    return InventoryForm::json;
  return looks_like_csv(text) ? InventoryForm::csv : InventoryForm::yaml;
}

bool InventoryWalker::go_on() const { return !builder_.is_full(); }

bool InventoryWalker::unexpected(int line, std::string_view what, bool opens) {
  switch (state_) {
    case State::start:
    case State::root:
      builder_.fault(line, fmt::format("is {}, it should be a map with devices and subnets", what));
      break;
    case State::section:
      builder_.fault(line, fmt::format("{}: is {}, it should be a list",
                                       section_words[static_cast<std::size_t>(section_)], what));
      state_ = State::root;
      break;
    case State::entries:
      builder_.fault(line, fmt::format("{} where a {} should be, a map of keys", what,
                                       section_ == Section::devices ? "device" : "subnet"));
      break;
    case State::entry:
      builder_.fault(line, fmt::format("{} where a key should be", what));
      break;
    default:
      builder_.fault(
          line, fmt::format("{}: has {} where a text should be", entry_.fields.back().key, what));
      if (state_ == State::field) state_ = State::entry;
      if (state_ == State::field_value) state_ = State::field_map;
      break;
  }
  if (opens) skipping_ = 1;
  return go_on();
}

bool InventoryWalker::scalar(int line, std::string_view text, bool is_null) {
  if (skipping_ > 0) return true;
  if (skip_value_) {
    skip_value_ = false;
    return true;
  }
  switch (state_) {
    case State::start:
      state_ = State::done;
      if (!is_null) builder_.fault(line, "is a text, it should be a map with devices and subnets");
      return true;
    case State::root:
      if (text == section_words[0] || text == section_words[1]) {
        section_ = text == section_words[0] ? Section::devices : Section::subnets;
        state_ = State::section;
      } else {
        builder_.fault(line, fmt::format("unknown key \"{}\", the nearest is \"{}\"",
                                         text.substr(0, 80), nearest_word(text, section_words)));
        skip_value_ = true;
      }
      return go_on();
    case State::section:
      if (!is_null) return unexpected(line, "a text", false);
      state_ = State::root;
      return true;
    case State::entry:
      if (entry_.fields.size() == max_fields) {
        builder_.fault(line, fmt::format("an entry of more than {} keys", max_fields));
        return false;
      }
      entry_.fields.push_back(
          {.key = std::string(text), .line = line, .shape = FieldText::Shape::null, .values = {}});
      state_ = State::field;
      return true;
    case State::field: {
      auto& field = entry_.fields.back();
      if (!is_null) {
        field.shape = FieldText::Shape::scalar;
        field.values.emplace_back("", text);
      }
      state_ = State::entry;
      return true;
    }
    case State::field_list:
    case State::field_map:
      if (entry_.fields.back().values.size() == max_values) {
        builder_.fault(line, fmt::format("{}: has more than {} values", entry_.fields.back().key,
                                         max_values - 1));
        return false;
      }
      if (state_ == State::field_list) {
        entry_.fields.back().values.emplace_back("", text);
      } else {
        entry_.fields.back().values.emplace_back(text, "");
        state_ = State::field_value;
      }
      return true;
    case State::field_value:
      entry_.fields.back().values.back().second = text;
      state_ = State::field_map;
      return true;
    default:
      return unexpected(line, is_null ? "nothing" : "a text", false);
  }
}

bool InventoryWalker::map_start(int line) {
  if (skipping_ > 0) return ++skipping_ < max_depth;
  if (skip_value_) {
    skip_value_ = false;
    skipping_ = 1;
    return true;
  }
  switch (state_) {
    case State::start:
      state_ = State::root;
      return true;
    case State::entries:
      state_ = State::entry;
      entry_.section = section_;
      entry_.line = line;
      entry_.fields.clear();
      return true;
    case State::field:
      entry_.fields.back().shape = FieldText::Shape::map;
      state_ = State::field_map;
      return true;
    default:
      return unexpected(line, "a map of keys", true);
  }
}

bool InventoryWalker::map_end() {
  if (skipping_ > 0) {
    --skipping_;
    return true;
  }
  switch (state_) {
    case State::root:
      state_ = State::done;
      return true;
    case State::entry:
      return close_entry();
    case State::field_map:
      state_ = State::entry;
      return true;
    default:
      return false;
  }
}

bool InventoryWalker::list_start(int line) {
  if (skipping_ > 0) return ++skipping_ < max_depth;
  if (skip_value_) {
    skip_value_ = false;
    skipping_ = 1;
    return true;
  }
  switch (state_) {
    case State::start:
      bare_list_ = true;
      state_ = State::entries;
      return true;
    case State::section:
      state_ = State::entries;
      return true;
    case State::field:
      entry_.fields.back().shape = FieldText::Shape::list;
      state_ = State::field_list;
      return true;
    default:
      return unexpected(line, "a list", true);
  }
}

bool InventoryWalker::list_end() {
  if (skipping_ > 0) {
    --skipping_;
    return true;
  }
  switch (state_) {
    case State::entries:
      state_ = bare_list_ ? State::done : State::root;
      return true;
    case State::field_list:
      state_ = State::entry;
      return true;
    default:
      return false;
  }
}

bool InventoryWalker::close_entry() {
  state_ = State::entries;
  builder_.add(entry_);
  return go_on();
}

}  // namespace netlogd::enrich
