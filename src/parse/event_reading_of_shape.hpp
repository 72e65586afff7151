// What a message came to, for others of its shape: finished JSON with places between, where each
// value of the next message stands. Compact, as thousands are kept and each is read as a whole. One
// thread.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "netlogd/core/json_text.hpp"
#include "netlogd/parse/events.hpp"
#include "netlogd/parse/extracted_fields.hpp"
#include "parse/scan_text.hpp"
#include "parse/text_shape.hpp"

namespace netlogd::parse {

// What a reading came to.
struct EventResult {
  std::uint16_t type;
  std::uint16_t type_by_id;  // what the id alone said
  bool has_pairs;            // some of the fields are key=value pairs of the text
  bool by_value;           // a number was looked up as a word: another one may mean something else
  EventDecision decision;  // views into the catalogue
};

class EventReadingOfShape {
 public:
  // What was found in a message of the shape, by itself: `hits` are its lists.
  void learn(const TextShape& shape, std::string_view message, const EventResult& result,
             const Hits& hits, const ExtractedFields& fields) noexcept;

  [[nodiscard]] bool is_of(std::string_view key) const noexcept {
    return key_size_ == key.size() && std::memcmp(text_.data(), key.data(), key.size()) == 0;
  }
  // Has what put() reads brought near; between find and put lies the writing of half a line.
  // Inline, as GCC before 14 takes a call that does nothing else for one without effect.
  [[gnu::always_inline]] void prefetch() const noexcept {
    constexpr std::size_t cache_line = 64;
    for (const auto* at = text_.data() + key_size_; at < text_.data() + text_size_;
         at += cache_line)
      __builtin_prefetch(at);
    for (const auto* part = part_.data(); part < part_.data() + parts_;
         part += cache_line / sizeof(Part))
      __builtin_prefetch(part);
  }
  [[nodiscard]] const EventResult& result() const noexcept { return result_; }
  // False: messages of this shape must be read each by itself.
  [[nodiscard]] bool is_whole() const noexcept { return whole_; }

  // See RememberedFields. `message` is of the shape.
  char* put(char* out, const TextShape& shape, std::string_view message,
            const json_text::PiecesOf& pieces) const noexcept;
  [[nodiscard]] std::size_t room(std::size_t message_size) const noexcept;
  void fill(const TextShape& shape, std::string_view message, ExtractedFields& fields) const;

 private:
  enum class Kind : std::uint8_t { listed, listed_again, text, digits, number, json, constant };
  struct Span {
    TextShape::Place begin;
    TextShape::Place end;
  };
  // A list's value or a field: JSON of text_ up to the value, then that.
  struct Part {
    Kind kind;
    ExtractedFields::List list{};  // of those that are listed
    std::uint8_t key_size = 0;     // of a field
    std::uint16_t key = 0;         // where it is in text_
    std::uint16_t json_end = 0;    // in text_, with the value of a constant
    Span span{};                   // of the others; of a constant empty
  };
  static constexpr std::size_t most_parts = 48;
  static constexpr std::size_t text_room = 1024;
  static constexpr std::size_t longest_constant = 96;

  bool learn_lists(const TextShape& shape, std::string_view message, const Hits& hits) noexcept;
  bool learn_fields(const TextShape& shape, std::string_view message, const Hits& hits,
                    const ExtractedFields& fields) noexcept;
  bool learn_field(const TextShape& shape, std::string_view message,
                   const ExtractedFields::Field& field) noexcept;
  bool add_part(const Part& part, std::string_view json) noexcept;
  bool add_separator() noexcept;
  bool add_json(std::string_view json) noexcept;
  [[nodiscard]] static bool is_quoted(Kind kind) noexcept { return kind <= Kind::text; }
  [[nodiscard]] bool is_repeated(const Part* part, const TextShape& shape,
                                 std::string_view message) const noexcept;

  std::uint16_t key_size_ = 0;
  std::uint16_t text_size_ = 0;
  std::uint8_t parts_ = 0;
  bool whole_ = false;
  EventResult result_;
  std::array<Part, most_parts> part_;
  std::array<char, text_room + json_text::slack> text_;  // the shape's key, then the JSON
};

}  // namespace netlogd::parse
