// Reads the data files of the event catalogue into rows: which section, which words, which rules
// belong to which row. What a row means is the loader's business.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/named_text.hpp"
#include "netlogd/core/result.hpp"
#include "parse/event_row_text.hpp"
#include "parse/event_tables.hpp"

namespace netlogd::parse {

// A rule as it was read, compiled when all fields and types are known.
struct RuleText {
  std::string_view file;
  std::uint32_t line;
  std::string_view text;
};

// A row as it was read: the newest of the same key first.
struct RowText {
  std::string_view file;
  std::uint32_t line = 0;
  std::string_view source;
  std::string_view key;
  std::string_view type;
  std::vector<std::string_view> sets;
  std::vector<RuleText> rules;
  std::vector<std::string_view> phrases;
};

struct AttributeText {
  std::string_view file;
  std::uint32_t line;
  std::string_view name;
  std::string_view field;
  std::string_view type;
};

// All rows of all files. Views point into EventTables::texts.
struct EventTexts {
  std::vector<RowText> types, messages, processes;
  std::vector<RowText> words;  // those of later files first
  std::vector<AttributeText> attributes;
  std::map<std::string_view, std::vector<RuleText>, std::less<>> sets;
  std::map<std::string, std::uint16_t, std::less<>> fields;  // name -> EventTables::fields
};

class EventFileReader {
 public:
  EventFileReader(EventTables& tables, EventTexts& texts) : tables_(tables), texts_(texts) {}

  // Adds the rows of one file. What needs no other row (fields, interfaces, ports, facilities) goes
  // into the tables at once. The error names file and line.
  [[nodiscard]] Result<void> read(const NamedText& file);

 private:
  enum class Section : std::uint8_t;

  void fail(std::string_view what);
  std::string_view intern(std::string text);
  void section(std::string_view line);
  void row(std::string_view line);
  void rule(std::string_view line);
  void type_row(const RowWords& words);
  void field_row(const RowWords& words);
  void interface_row(const RowWords& words);
  void port_row(const RowWords& words);
  void facility_row(const RowWords& words);
  void attribute_row(const RowWords& words);
  void word_row(std::string_view line);
  void keyed_row(const RowWords& words, std::vector<RowText>& rows);
  static Section section_of(std::string_view word);

  EventTables& tables_;
  EventTexts& texts_;
  std::string sentence_;
  std::string_view file_;
  std::uint32_t line_ = 0;
  std::string_view source_;
  Section section_{};
  std::vector<RuleText>* open_rules_ = nullptr;  // where an indented line belongs
  std::size_t words_of_file_ = 0;  // rows of the file being read stand before the older ones
};

}  // namespace netlogd::parse
