// Syslog messages to records: the grammar of wire, the vendors, the times, the events, and the line
// of RECORD.md. One maker per worker; allocates nothing once it is warm.

#pragma once

#include <memory>
#include <vector>

#include "netlogd/core/json_text.hpp"
#include "netlogd/core/text_batch.hpp"
#include "netlogd/core/time_zone.hpp"
#include "netlogd/parse/event_time.hpp"
#include "netlogd/parse/events.hpp"
#include "netlogd/parse/extracted_fields.hpp"
#include "netlogd/parse/record_builder.hpp"
#include "netlogd/parse/zone_table.hpp"
#include "netlogd/wire/syslog_parser.hpp"

namespace netlogd::parse {

class VendorMemory;

// What the makers know; replaced whole on reload, shared between workers.
struct SyslogTables {
  ZoneTable zones;
  std::shared_ptr<const EventCatalogue> events;  // nullptr: everything is "other"
  TimeZone default_zone = TimeZone::fixed("UTC", 0);
};

// One message, read: everything a record says, before it is rendered. Views point into the raw
// message, the tables, the inventory and the reader itself; valid until its next message.
struct SyslogReading {
  const wire::SyslogMessage* message = nullptr;
  const Device* device = nullptr;
  SyslogRecord record;
  EventTime time;
  const ExtractedFields* fields = nullptr;
  RememberedFields remembered;  // what is in the place of `fields`, if anything
  std::string_view event_type = "other";
  ParseStatus status = ParseStatus::unparsed;
};

// Reads messages. What `netlog explain` and the daemon share.
class SyslogReader final {
 public:
  // Whoever looks at `fields` has them filled: then `remembered` is nothing.
  enum class Fields : bool { remembered, filled };
  explicit SyslogReader(std::shared_ptr<const SyslogTables> tables, Fields fields = Fields::filled);
  SyslogReader(SyslogReader&&) noexcept;
  ~SyslogReader();
  void use(std::shared_ptr<const SyslogTables> tables);
  // The answer is valid until the next call.
  const SyslogReading& read(const RawMessage& raw, const DeviceDirectory& devices);
  // Where the event type of the last message came from.
  [[nodiscard]] EventDecision decision() const noexcept {
    return extractor_ != nullptr ? extractor_->decision() : EventDecision{};
  }

 private:
  void find_device(const RawMessage& raw, const DeviceDirectory& devices);
  void ask_vendors(TimePoint received);
  void preset(const wire::SyslogMessage& message);
  void classify();

  Fields how_;
  std::shared_ptr<const SyslogTables> tables_;
  std::unique_ptr<EventExtractor> extractor_;
  std::unique_ptr<VendorMemory> vendors_;
  wire::SyslogParser parser_;
  wire::SyslogMessage message_;
  ExtractedFields fields_;
  std::vector<NameValue> parameters_;
  LatestYear latest_year_;
  SyslogReading reading_;
};

// Writes a reading as the line of RECORD.md, behind its id. One owner; keeps the text of the times
// it wrote last.
class SyslogLine final {
 public:
  void write(const RawMessage& raw, const SyslogReading& reading, JsonWriter& json);

 private:
  char* put_times(char* out, const RawMessage& raw, const SyslogReading& reading,
                  const json_text::PiecesOf& pieces) noexcept;

  json_text::UtcText received_;
  json_text::UtcText stated_;
};

class SyslogRecordMaker final : public RecordMaker {
 public:
  explicit SyslogRecordMaker(std::shared_ptr<const SyslogTables> tables)
      : reader_(std::move(tables), SyslogReader::Fields::remembered) {}
  void use(std::shared_ptr<const SyslogTables> tables) { reader_.use(std::move(tables)); }

  // An empty message is no record; every other one is.
  void make(const RawMessage& raw, const DeviceDirectory& devices, TextBatch& out) override;

 private:
  SyslogReader reader_;
  SyslogLine line_;
};

}  // namespace netlogd::parse
