// Names of users in free text, where a word says that one follows: "User 'x'", "[user: x]",
// "user = x", "User <x>", "for user x". Pure, any thread.

#pragma once

#include <cstddef>
#include <string_view>

namespace netlogd::parse {

struct Found {
  std::size_t at = 0;
  std::size_t length = 0;
};

// The name behind the word "user", "username" or "uname" that begins at `at`.
[[nodiscard]] Found user_after_keyword(std::string_view text, std::size_t at) noexcept;
// The name that begins at `at`, with or without quotes around it.
[[nodiscard]] Found user_at(std::string_view text, std::size_t at) noexcept;
// "N/A", "*****" and their like stand where no name is known.
[[nodiscard]] bool names_nobody(std::string_view name) noexcept;

}  // namespace netlogd::parse
