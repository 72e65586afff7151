// The shape of a message: its text with a mark in the place of each number. Two messages of one
// shape differ in nothing that the extraction rules look at but the digits themselves, so what was
// found in the first is found at the same places of the second (see event_memory.hpp). Pure, one
// thread.
//
// A mark says all that a rule or scanner can ask of a number without looking at its value: whether
// it may be a part of an IPv4 address, has a leading zero, fits 16 bits, and how long it is where
// that matters. A number that touches a letter ("Gi1", "IKEv2"), that stands in a rule ("Layer 2")
// or has ten digits or more is text like any other.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace netlogd::parse {

// The numbers that rules and phrases name, with the characters beside them: a message that has one
// of them is of a shape of its own.
class NamedNumbers {
 public:
  // Every number in `text`, which is the text of a step of a rule (see event_pattern.hpp).
  void add_from(std::string_view text);
  // One to nine digits, and what stands beside them.
  [[nodiscard]] bool has(std::string_view digits, char before, char behind) const noexcept {
    return (lengths_[beginning(digits)] >> digits.size() & 1U) != 0 && find(digits, before, behind);
  }

 private:
  struct Entry {
    std::string_view digits;
    char before;  // NUL: anything
    char behind;
    bool open;  // the text ends with it: a longer number begins so too
  };
  // Both tables go by the first two digits.
  static constexpr std::size_t beginnings = 100;
  [[nodiscard]] static std::size_t beginning(std::string_view digits) noexcept {
    const auto digit = [digits](std::size_t at) {
      return static_cast<std::size_t>(digits[at] - '0');
    };
    return 10 * digit(0) + (digits.size() > 1 ? digit(1) : 0);
  }
  [[nodiscard]] bool find(std::string_view digits, char before, char behind) const noexcept;

  std::array<std::vector<Entry>, beginnings> entries_;
  std::array<unsigned, beginnings> lengths_{};  // a bit for each length that is named
};

class TextShape {
 public:
  // The limits of the rules (longest word, longest user, …) lie above it, so no message of a shape
  // meets one.
  static constexpr std::size_t longest_text = 255;
  static constexpr std::size_t longest_id = 96;
  static constexpr std::size_t longest_process = 64;
  static constexpr std::size_t longest_key = 2 + longest_id + longest_process + longest_text;

  // A place in the text, counted from the end of the number in front of it.
  struct Place {
    std::uint8_t number;  // 1 + the index of that number; 0: from the beginning
    std::uint8_t offset;
  };

  // False for a message that has no shape: it is too long, holds control characters, or something
  // like Junos' 3c.61.4.6a.22.7, where the length of every number decides.
  bool read(std::string_view id, std::string_view process, std::string_view text,
            const NamedNumbers& named) noexcept;

  // Of the last text read.
  [[nodiscard]] std::string_view key() const noexcept { return {key_.data(), key_size_}; }
  [[nodiscard]] std::size_t at(Place place) const noexcept {
    return std::size_t{number_ends_[place.number]} + place.offset;
  }
  // False within a number.
  [[nodiscard]] bool place_of(std::size_t at, Place& place) const noexcept;
  // Whether a number with a mark lies in [begin, end).
  [[nodiscard]] bool has_number(std::size_t begin, std::size_t end) const noexcept;

 private:
  static constexpr std::size_t padding = 64;

  [[nodiscard]] std::size_t begin_of(std::size_t number) const noexcept;
  // False for what has no shape; finds the digits of the others.
  bool read_characters(std::size_t size) noexcept;
  void read_numbers(std::size_t size, const NamedNumbers& named, char* out) noexcept;

  std::array<char, longest_text + 1 + 2 * padding> text_;  // the text behind `padding` blanks
  std::array<char, longest_key + padding> key_;
  std::size_t key_size_ = 0;
  std::array<std::uint64_t, 4> digits_;
  std::size_t numbers_ = 0;
  std::array<std::uint8_t, longest_text / 2 + 2> number_ends_;  // [0] is the beginning of the text
};

}  // namespace netlogd::parse
