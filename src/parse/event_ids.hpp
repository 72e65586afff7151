// Message ids in one form: upper case, without '%' and the severity part. "%BGP-SW1-5-ADJCHANGE"
// becomes BGP-SW1-ADJCHANGE, to be looked up also as BGP-ADJCHANGE (without its location) and as
// SW1-ADJCHANGE (IOS XR writes the category before the facility: ROUTING-BGP). Pure, any thread.

#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace netlogd::parse {

struct EventTables;

class NormalId {
 public:
  static constexpr std::size_t longest = 96;

  // An id without parts (a Junos tag) has one spelling only. Too long an id is cut.
  NormalId(std::string_view id, const EventTables& tables) noexcept;
  NormalId(const NormalId&) = delete;
  NormalId& operator=(const NormalId&) = delete;

  // The spellings to look up, the most particular first.
  [[nodiscard]] std::size_t spellings() const noexcept { return count_; }
  [[nodiscard]] std::string_view spelling(std::size_t i) const noexcept { return spellings_[i]; }

 private:
  void add(std::string_view facility, std::string_view mnemonic) noexcept;
  // Appends in upper case what still has room; returns the end.
  char* put(std::string_view part, char* at) noexcept;

  std::array<char, 4 * longest> buffer_;
  std::size_t used_ = 0;
  std::array<std::string_view, 4> spellings_;
  std::size_t count_ = 0;
};

// The place of the severity part of an id: its digit or letter; npos when it has none.
[[nodiscard]] std::size_t severity_part(std::string_view id) noexcept;

}  // namespace netlogd::parse
