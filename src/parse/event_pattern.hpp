// The small language of the extraction rules: text with holes.
//
//   neighbor {bgp_neighbor} {bgp_state:word}{? {reason:rest}} => routing_protocol_bgp
//
// Text matches in any case; a blank stands for one blank or more, "~" for any number of them.
// "..." at the beginning or between parts skips to what follows. {field} takes a value of the
// field's kind, {field:kind} of this kind, {field/up|down} one of these words, {a,b} fills two
// fields;
// {:kind} leaves it out of the record; {field=value} sets a value; {? ...} may be missing; {pairs}
// reads key=value and {colon_pairs} "Key: value, ". "\" takes the next character literally. A rule
// matches from the first character of a message and need not reach its end. Compiled once, then
// read by any thread; matching is linear in the text for every step and allocates nothing.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/result.hpp"

namespace netlogd::parse {

class InterfaceNames;

enum class CaptureKind : std::uint8_t {
  ip,    // an IPv4 or IPv6 address
  host,  // an address, or a name where a device has one for it
  mac,
  interface,  // in a vendor's spelling, else the next word
  name,       // a word that is a name, though it may look like a hardware address (1720.2600.0022)
  word,       // up to a blank or what follows in the rule; quotes around it are left out
  number,
  decimal,  // with a sign and a fraction
  port,     // a number, or the word that a firewall writes for it
  asn,      // a number, also as 1.10
  user,
  hex,
  text,    // up to what follows in the rule
  rest,    // to the end
  one_of,  // one of the words of the step, in any case
};
// False when there is no such kind.
[[nodiscard]] bool capture_kind_of(std::string_view word, CaptureKind& kind) noexcept;

constexpr std::uint16_t no_field = 0xffff;

// The characters that end a word: blanks always, and what a rule has behind it.
class Stops {
 public:
  constexpr void add(char c) noexcept { word_of(c) |= bit_of(c); }
  [[nodiscard]] constexpr bool has(char c) const noexcept {
    return (bits_[static_cast<unsigned char>(c) / 64U] & bit_of(c)) != 0;
  }

 private:
  constexpr std::uint64_t& word_of(char c) noexcept {
    return bits_[static_cast<unsigned char>(c) / 64U];
  }
  static constexpr std::uint64_t bit_of(char c) noexcept {
    return std::uint64_t{1} << static_cast<unsigned char>(c) % 64U;
  }
  // NUL is no member, so that a look past the end finds no stop.
  std::array<std::uint64_t, 4> bits_{std::uint64_t{1} << '\t' | std::uint64_t{1} << '\n' |
                                     std::uint64_t{1} << '\r' | std::uint64_t{1} << ' '};
};

// The text of a step is compared eight characters at a time, so it has this many NULs behind it.
constexpr std::size_t literal_padding = 8;
// What stands for "~" in it: a character that no text in small letters has.
constexpr char any_blanks = 'Z';

struct PatternStep {
  enum class Op : std::uint8_t {
    literal,     // text, here
    find,        // text, from here on
    find_value,  // the capture, at the next word where it fits
    capture,
    again,  // the value of the capture before, under one more name
    constant,
    optional,  // the steps up to `end` may be missing
    pairs,
    colon_pairs,
  };
  Op op = Op::literal;
  CaptureKind kind = CaptureKind::word;
  Stops stops;
  std::uint16_t field = no_field;
  std::uint16_t end = 0;  // of an optional part: the index of the step behind it
  // Folded and padded for literal, find and one_of (between bars).
  std::string_view text;
};

using Pattern = std::vector<PatternStep>;

// What a matching rule took, in the order of the rule. Bounded; what is too much is left out.
struct Capture {
  std::uint16_t field;
  CaptureKind kind;
  bool constant;
  std::string_view value;
};
class Captures {
 public:
  void clear() noexcept { count_ = 0; }
  void shorten(std::size_t count) noexcept { count_ = count; }
  void add(const Capture& capture) noexcept {
    if (count_ < captures_.size()) captures_[count_++] = capture;
  }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] const Capture* begin() const noexcept { return captures_.data(); }
  [[nodiscard]] const Capture* end() const noexcept { return captures_.data() + count_; }

 private:
  std::array<Capture, 64> captures_;
  std::size_t count_ = 0;
};

// Where a rule said {pairs} or {colon_pairs}: what is left to be read as such.
struct PairText {
  std::string_view equals;
  std::string_view colons;
};

[[nodiscard]] bool match_pattern(const Pattern& pattern, std::string_view text,
                                 const InterfaceNames& interfaces, Captures& captures,
                                 PairText& pairs) noexcept;

// The names that a rule may use. intern() keeps a text for as long as the pattern is used.
class PatternNames {
 public:
  virtual ~PatternNames() = default;
  // The index of a field and its kind; no_field when it is unknown.
  virtual std::uint16_t field(std::string_view name, CaptureKind& kind) = 0;
  virtual std::string_view intern(std::string text) = 0;
};
// The error has a sentence without a place.
[[nodiscard]] Result<Pattern> compile_pattern(std::string_view source, PatternNames& names);

}  // namespace netlogd::parse
