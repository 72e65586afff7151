// What a message names: the `extracted_fields` of a record. Filled by the extraction of one
// message, written once, cleared for the next; the memory is kept, so a steady state allocates
// nothing. Keys and values are views into the raw message, the tables, or text added with own().
// One thread.

#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/json_text.hpp"
#include "netlogd/core/json_writer.hpp"

namespace netlogd::parse {

// A key that needs no escape and outlives the record: the catalogue's.
struct PlainKey {
  std::string_view name;
};

class ExtractedFields {
 public:
  enum class List : std::uint8_t { ip_addresses, interfaces, mac_addresses, users };

  void clear() noexcept {
    if (used_) forget();
  }

  // Lists hold each value once, in order of appearance, spelled as the device spelled it.
  void add(List list, std::string_view value);
  // Something found in a text: a user is also the record's user, if it has none.
  void add_named(List list, std::string_view value);
  // The first value of a key stays; an empty value is left out.
  void text(std::string_view key, std::string_view value);
  void text(PlainKey key, std::string_view value);
  // `text`: the digits it was read from, where they stand in the message.
  void number(std::string_view key, std::uint64_t value);
  void number(PlainKey key, std::uint64_t value, std::string_view text = {});
  void signed_number(std::string_view key, std::int64_t value);
  // `json` is a finished JSON value.
  void json(std::string_view key, std::string_view json);
  void json(PlainKey key, std::string_view json);
  // Replaces or adds, where a better source comes later.
  void replace_text(std::string_view key, std::string_view value);

  // Keeps a text that no message holds (built while decoding) until clear().
  std::string_view own(std::string text);

  [[nodiscard]] bool has(std::string_view key) const noexcept;
  // The text value of a key; empty when it has none or is no text.
  [[nodiscard]] std::string_view find(std::string_view key) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return !used_ || holds_nothing(); }
  [[nodiscard]] const std::vector<std::string_view>& list(List list) const noexcept;

  // What there is, for whoever remembers it.
  enum class Kind : std::uint8_t { text, number, signed_number, json };
  struct Field {
    std::string_view key;
    std::string_view value;  // of a number: its digits in the message, or nothing
    std::uint64_t number;
    std::uint32_t mark;  // of the key, so that most comparisons need not look at it
    Kind kind;
    bool plain_key;
  };
  [[nodiscard]] const std::vector<Field>& all() const noexcept { return fields_; }
  // `"interfaces":[`
  [[nodiscard]] static std::string_view list_key(List list) noexcept;

  // `{…}`: the lists that have values, then the keys in the order they were added.
  void write(JsonWriter& out) const;
  // The same at `out`, which has room() (see json_text.hpp).
  char* put(char* out, const json_text::PiecesOf& pieces) const noexcept;
  [[nodiscard]] std::size_t room() const noexcept;

 private:
  void forget() noexcept;
  [[nodiscard]] bool holds_nothing() const noexcept;
  [[nodiscard]] static std::uint32_t mark_of(std::string_view key) noexcept;
  [[nodiscard]] bool has(std::string_view key, std::uint32_t mark) const noexcept;
  void add_new(std::string_view key, std::string_view value, std::uint64_t number, Kind kind,
               bool plain_key);

  std::vector<std::string_view> lists_[4];
  std::vector<Field> fields_;
  std::deque<std::string> owned_;
  bool used_ = false;  // something may be there
};

}  // namespace netlogd::parse
