// The JSON writer of the hot path: appends to a TextBuffer, allocates nothing else. The caller
// writes the punctuation (raw), the writer does what can go wrong: escapes, UTF-8, numbers.
// Control characters (C0, DEL, C1), U+2028 and U+2029 are escaped, so that no terminal ever sees
// one; octets that are no UTF-8 become U+FFFD, one for each maximal subpart (Unicode 15, 3.9).

#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/text_buffer.hpp"
#include "netlogd/core/time.hpp"

namespace netlogd {

class JsonWriter {
 public:
  explicit JsonWriter(TextBuffer& out) noexcept : out_(out) {}

  void raw(std::string_view text) { out_.append(text); }
  void raw(char c) { *out_.room(1) = c; out_.commit(1); }
  // A quoted string. Returns false when octets had to be replaced.
  bool string(std::string_view text);
  // As string(), without the quotes.
  bool escaped(std::string_view text);
  // "abc" or null when empty.
  void string_or_null(std::string_view text) { text.empty() ? raw("null") : static_cast<void>(string(text)); }
  void number(std::uint64_t value);
  void number(std::int64_t value);
  void number(std::uint32_t value) { number(std::uint64_t{value}); }
  void number(std::int32_t value) { number(std::int64_t{value}); }
  // As short as it round-trips; a value that JSON has no word for (NaN, infinity) becomes null.
  void real(double value);
  void boolean(bool value) { raw(value ? std::string_view("true") : std::string_view("false")); }
  void address(const IpAddress& address);              // quoted
  void utc(TimePoint instant, int digits);             // quoted
  void base64(std::span<const std::uint8_t> octets);   // quoted, RFC 4648 section 4
  void hex(std::span<const std::uint8_t> octets);      // bare digits, no quotes, no 0x

  [[nodiscard]] TextBuffer& buffer() noexcept { return out_; }

 private:
  TextBuffer& out_;
};

// Whether the whole text is UTF-8 (RFC 3629).
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace netlogd
