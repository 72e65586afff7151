// The shape of the header at the front of a message, from behind the priority: its characters with
// a '0' for each digit, so that each piece stands at the same place in all headers of the shape.
// Digits that decide how a header is read do so by being digits; for the few that do not see
// KnownHeader::learn. Private to wire.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace netlogd::wire {

class HeaderShape {
 public:
  static constexpr std::size_t longest_header = 160;
  static constexpr std::size_t behind_tag = 3;  // the tag's colon may stand behind a blank
  static constexpr std::size_t longest = longest_header + behind_tag;
  static constexpr std::size_t longest_key = longest + 1;

  // Up to what the shape goes.
  enum class End : std::uint8_t {
    tag,            // and the characters behind it
    message_id,     // of RFC 5424, version 1, and the blank behind it
    process_colon,  // and the blank behind it; no '%' is in the whole text
  };

  // False when there is no such end near.
  bool read(std::string_view text, bool has_priority) noexcept;

  // Of the last text that was read.
  [[nodiscard]] std::string_view key() const noexcept { return {key_.data(), size_ + 1}; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }  // of the header
  [[nodiscard]] End end() const noexcept { return end_; }
  [[nodiscard]] std::size_t tag() const noexcept { return tag_; }  // where it begins

 private:
  [[nodiscard]] std::size_t find_end(std::string_view text) noexcept;

  std::array<char, longest_key> key_;
  std::size_t size_ = 0;
  std::size_t tag_ = 0;
  End end_ = End::tag;
};

}  // namespace netlogd::wire
