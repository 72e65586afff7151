// What a vendor's parser fills: the keys of a syslog record, and the fields that the device names.
// Views point into the message, the tables or text kept with join(). One object per record, one
// thread.

#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

#include "netlogd/core/time.hpp"
#include "netlogd/parse/extracted_fields.hpp"
#include "netlogd/parse/zone_table.hpp"
#include "netlogd/wire/syslog.hpp"

namespace netlogd::parse {

// The keys of RECORD.md's syslog record before they are rendered.
struct SyslogRecord {
  std::string_view vendor = "unknown";
  std::string_view maker;  // who made the device: "cisco"; empty: not known
  int facility = -1;       // -1: null
  int severity = -1;
  wire::SyslogTime time;      // the event's time
  bool clock_stated = false;  // an unmarked stamp means that the clock is in sync (IOS)
  std::optional<int> stated_year;
  std::string_view hostname;
  std::string_view process;
  std::string_view pid;
  std::string_view message_id;
  std::string_view sequence;
  std::string_view sequence2;
  std::string_view node;
  std::string_view message;
  std::array<char, 64> room;  // for RecordBuilder::join; views may point into it
};

class RecordBuilder final {
 public:
  RecordBuilder(SyslogRecord& head, ExtractedFields& fields, TimePoint received,
                const ZoneTable& zones) noexcept
      : head_(head), fields_(fields), received_(received), zones_(zones), room_(head.room) {}

  // The keys of the record; preset from what the grammar found.
  [[nodiscard]] SyslogRecord& head() noexcept { return head_; }
  [[nodiscard]] TimePoint received() const noexcept { return received_; }
  [[nodiscard]] bool is_zone(std::string_view word) const noexcept {
    return zones_.find(word) != nullptr;
  }

  // Keys of extracted_fields. An empty value is left out, the first value of a key stays.
  void text(std::string_view key, std::string_view value) { fields_.text(key, value); }
  void ip(std::string_view key, std::string_view value);  // an address; also listed in ip_addresses
  void user(std::string_view key, std::string_view value);
  void interface(std::string_view key, std::string_view value);
  void mac(std::string_view key, std::string_view value);
  void port(std::string_view key, std::string_view value) { number(key, value); }
  // An integer; kept as text when it is none.
  void number(std::string_view key, std::string_view value);
  // Text that no message holds, put together from pieces; at most 64 characters a record.
  [[nodiscard]] std::string_view join(std::initializer_list<std::string_view> pieces) noexcept;

 private:
  SyslogRecord& head_;
  ExtractedFields& fields_;
  TimePoint received_;
  const ZoneTable& zones_;
  std::span<char> room_;
};

}  // namespace netlogd::parse
