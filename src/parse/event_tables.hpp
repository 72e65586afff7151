// The compiled catalogue: what EventCatalogue::load() makes of the data files and EventExtractor
// reads. Nothing changes after loading. Views point into `texts`.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "parse/event_pattern.hpp"
#include "parse/event_words.hpp"
#include "parse/interface_names.hpp"
#include "parse/text_index.hpp"
#include "parse/text_shape.hpp"

namespace netlogd::parse {

constexpr std::uint16_t no_type = 0xffff;        // a rule that leaves the type as it is
constexpr std::uint16_t type_by_words = 0xfffe;  // a row whose text decides

struct EventField {
  std::string_view name;
  CaptureKind kind;
};

struct EventRule {
  Pattern pattern;
  std::uint16_t type = no_type;
  bool also = false;  // the rules behind it are tried too
  std::uint32_t line = 0;
};

struct EventRow {
  std::string_view key;
  std::uint16_t type = no_type;
  std::uint32_t line = 0;
  std::string_view file;
  std::string_view source;
  std::vector<std::uint32_t> rules;  // indices into EventTables::rules, in the order of trial
};

// An attribute of structured data, and what it is called with us.
struct AttributeMeaning {
  std::uint16_t type;  // no_type: for every event
  std::uint16_t field;
};

struct EventTables {
  std::deque<std::string> texts;
  std::vector<std::string_view> type_names;
  std::vector<EventField> fields;
  InterfaceNames interfaces;

  std::vector<EventRule> rules;
  std::vector<EventRow> type_rows;  // by event type: rules for messages that no other rule reads
  std::vector<EventRow> message_rows;
  std::vector<EventRow> wildcard_rows;
  std::vector<EventRow> process_rows;
  std::vector<EventRow> word_rows;  // in the order of preference

  TextIndex messages;     // normal id -> message_rows
  PrefixIndex wildcards;  // beginning of a normal id -> wildcard_rows
  TextIndex processes;    // folded process -> process_rows
  WordMatcher words;      // -> word_rows
  TextIndex attributes;   // folded name -> attribute_meanings
  std::vector<std::vector<AttributeMeaning>> attribute_meanings;
  TextIndex ports;  // folded service -> port_numbers
  std::vector<std::uint16_t> port_numbers;
  TextIndex facilities;  // another name of a facility -> facility_names
  std::vector<std::string_view> facility_names;

  NamedNumbers named_numbers;  // of all rules and phrases

  std::uint16_t other_type = 0;
};

}  // namespace netlogd::parse
