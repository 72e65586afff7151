// Takes a record line of our own writing apart: its keys and, for each, the JSON of its value as it
// stands there. Only the top level is looked at; brackets and strings inside are skipped. Whatever
// does not fit gives false. Views point into the line. Pure; one object per thread.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace netlogd::follow {

struct JsonMember {
  std::string_view key;    // without quotes; our keys have no escapes
  std::string_view value;  // JSON
};

class JsonLine {
 public:
  static constexpr std::size_t max_members = 128;

  [[nodiscard]] bool parse(std::string_view line);
  [[nodiscard]] const std::vector<JsonMember>& members() const noexcept { return members_; }

 private:
  std::vector<JsonMember> members_;
};

// Goes through the members in the order of the contract.
class MemberCursor {
 public:
  explicit MemberCursor(const JsonLine& line) noexcept : members_(line.members()) {}

  // The value if the next member has this key; else an empty view and no step. No JSON is empty.
  std::string_view take(std::string_view key) noexcept {
    if (at_ == members_.size() || members_[at_].key != key) return {};
    return members_[at_++].value;
  }
  [[nodiscard]] bool is_at_end() const noexcept { return at_ == members_.size(); }
  [[nodiscard]] std::string_view next_key() const noexcept {
    return is_at_end() ? std::string_view{} : members_[at_].key;
  }

 private:
  const std::vector<JsonMember>& members_;
  std::size_t at_ = 0;
};

// The JSON value that begins at `at`, down to its end; empty: it has none.
[[nodiscard]] std::string_view json_value(std::string_view json, std::size_t at) noexcept;
// The text of a JSON string. Points into `json`, or into `scratch` where there were escapes.
// nullopt: no string, or one that SQLite text cannot hold (U+0000).
[[nodiscard]] std::optional<std::string_view> json_text(std::string_view json,
                                                        std::string& scratch);
// An integer exactly as we write one: no sign but '-', no leading zero, within 63 bits.
[[nodiscard]] std::optional<std::int64_t> json_integer(std::string_view json) noexcept;

}  // namespace netlogd::follow
