// Text read from left to right, never past the end. Every `take` either moves or leaves the cursor
// where it was. Points into the caller's text and owns nothing.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace netlogd {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
constexpr bool is_alpha(char c) noexcept { return is_upper(c) || is_lower(c); }
constexpr bool is_alnum(char c) noexcept { return is_alpha(c) || is_digit(c); }
constexpr bool is_hex(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }
constexpr char to_lower(char c) noexcept { return is_upper(c) ? static_cast<char>(c + 32) : c; }

class TextCursor {
 public:
  explicit constexpr TextCursor(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] constexpr bool at_end() const noexcept { return at_ == text_.size(); }
  [[nodiscard]] constexpr std::size_t position() const noexcept { return at_; }
  [[nodiscard]] constexpr std::string_view rest() const noexcept { return text_.substr(at_); }
  [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }
  // NUL past the end, so that a look ahead needs no check.
  [[nodiscard]] constexpr char peek(std::size_t ahead = 0) const noexcept {
    return ahead < text_.size() - at_ ? text_[at_ + ahead] : '\0';
  }
  constexpr void move_to(std::size_t position) noexcept {
    at_ = position < text_.size() ? position : text_.size();
  }
  constexpr void skip(std::size_t count = 1) noexcept {
    at_ += count < text_.size() - at_ ? count : text_.size() - at_;
  }
  constexpr bool take(char c) noexcept {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  constexpr bool take(std::string_view word) noexcept {
    if (!rest().starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  constexpr std::size_t skip_blanks() noexcept {
    const auto from = at_;
    while (!at_end() && is_blank(text_[at_])) ++at_;
    return at_ - from;
  }
  template <typename Predicate>
  constexpr std::string_view take_while(Predicate&& predicate) noexcept {
    const auto from = at_;
    while (!at_end() && predicate(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  }
  // At most `max_digits` digits; nothing is taken unless there is at least one and the digits end there.
  constexpr bool take_number(std::uint64_t& value, std::size_t max_digits) noexcept {
    std::size_t n = 0;
    std::uint64_t v = 0;
    while (n < text_.size() - at_ && is_digit(text_[at_ + n])) {
      if (n == max_digits) return false;
      v = v * 10 + static_cast<std::uint64_t>(text_[at_ + n] - '0');
      ++n;
    }
    if (n == 0) return false;
    value = v;
    at_ += n;
    return true;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace netlogd
