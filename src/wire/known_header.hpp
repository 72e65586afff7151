// A header that the grammar read, and where its pieces are: others of its shape are read by place.
// Private to wire.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "header_shape.hpp"
#include "netlogd/wire/syslog.hpp"
#include "syslog_time_places.hpp"

namespace netlogd::wire {

// Offsets count from behind the priority.
class KnownHeader {
 public:
  // `message` is what the grammar read; its header begins at `begin`. `number`:
  // SyslogMessage::header of the others.
  void learn(const HeaderShape& shape, const char* begin, const SyslogMessage& message,
             std::uint64_t number);
  [[nodiscard]] bool is(std::string_view key) const noexcept {
    return key.size() == key_size_ && std::memcmp(key.data(), key_.data(), key.size()) == 0;
  }
  // False: all messages of the shape must be read by the grammar.
  [[nodiscard]] bool is_usable() const noexcept { return usable_; }
  // Fills a cleared message whose priority was read. False: this one must be read by the grammar,
  // and something may have been filled.
  [[nodiscard]] bool apply(const char* begin, SyslogMessage& message) const;

 private:
  struct Piece {
    std::uint8_t member;
    std::uint8_t begin;
    std::uint8_t size;
  };
  struct Time {
    SyslogTime value;
    TimePlaces places;
    std::uint8_t begin = 0;
    std::uint8_t zone = 0;

    bool learn(std::string_view header, const SyslogTime& time) noexcept;
    [[nodiscard]] bool apply(const char* header, SyslogTime& time) const noexcept;
  };
  static constexpr std::size_t most_pieces = 12;

  bool can_learn(const HeaderShape& shape, const char* begin, const SyslogMessage& message);
  bool learn_tagged(const HeaderShape& shape, const char* begin,
                    const SyslogMessage& message) noexcept;
  bool learn_tag(const HeaderShape& shape, const char* begin,
                 const SyslogMessage& message) noexcept;
  bool learn_rfc3164(std::string_view header, const SyslogMessage& message) noexcept;
  bool learn_rfc5424(std::string_view header);
  bool learn_pieces(std::string_view header, const SyslogMessage& message) noexcept;
  void apply_tag(const char* text, SyslogMessage& message) const noexcept;

  std::uint64_t number_ = 0;
  std::array<char, HeaderShape::longest_key> key_;
  std::uint8_t key_size_ = 0;
  bool usable_ = false;
  HeaderShape::End end_ = HeaderShape::End::tag;
  bool counter_at_time_ = false;
  bool has_vdc_ = false;
  bool has_pid_ = false;
  SyslogMessage::Form form_ = SyslogMessage::Form::bare;
  std::uint8_t pieces_ = 0;
  std::uint8_t content_ = 0;   // where it begins, or the structured data in front of it
  std::uint8_t tag_ = 0;       // where it begins
  std::uint8_t tag_size_ = 0;  // its text
  std::uint8_t facility_size_ = 0;
  std::uint8_t mnemonic_ = 0;  // where it begins in the tag
  std::int8_t severity_ = -1;  // by a letter; -1: the digit before the mnemonic
  std::array<Piece, most_pieces> piece_;
  Time time_;
  Time device_time_;
};

}  // namespace netlogd::wire
