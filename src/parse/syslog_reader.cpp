#include <utility>

#include "netlogd/core/text_cursor.hpp"
#include "netlogd/parse/syslog_record.hpp"
#include "netlogd/parse/vendor_parser.hpp"
#include "vendor_memory.hpp"

namespace netlogd::parse {
namespace {

using Form = wire::SyslogMessage::Form;
using Hint = wire::SyslogMessage::Hint;

bool has_word(std::string_view text, std::string_view lower_word) noexcept {
  for (std::size_t at = 0; at + lower_word.size() <= text.size(); ++at) {
    std::size_t i = 0;
    while (i < lower_word.size() && to_lower(text[at + i]) == lower_word[i]) ++i;
    if (i == lower_word.size()) return true;
  }
  return false;
}

template <std::size_t N>
bool has_any(std::string_view text, const std::string_view (&words)[N]) noexcept {
  for (const auto word : words)
    if (has_word(text, word)) return true;
  return false;
}

constexpr std::string_view nxos_words[] = {"nexus", "nx-os", "nxos", "n9k",
                                           "n7k",   "n5k",   "n3k",  "mds"};
constexpr std::string_view iosxr_words[] = {"ios-xr", "iosxr", "ios xr", "asr-9", "asr9",
                                            "ncs",    "crs",   "xrv",    "8201",  "8808"};
constexpr std::string_view asa_words[] = {"asa", "firepower", "fpr", "ftd", "pix", "fwsm"};

// What the inventory's words for vendor and model say of the operating system.
Hint hint_of(const Device* device) noexcept {
  if (device == nullptr || device->vendor.empty()) return Hint::none;
  const std::string_view vendor = device->vendor;
  switch (to_lower(vendor.front())) {
    case 'j':
      return has_word(vendor, "juniper") || has_word(vendor, "junos") ? Hint::junos : Hint::other;
    case 'a':
      return has_word(vendor, "arista") ? Hint::eos : Hint::other;
    case 'c':
      break;
    default:
      return Hint::other;
  }
  if (!has_word(vendor, "cisco")) return Hint::other;
  for (const std::string_view words : {vendor, std::string_view(device->model)}) {
    if (has_any(words, nxos_words)) return Hint::nxos;
    if (has_any(words, iosxr_words)) return Hint::iosxr;
    if (has_any(words, asa_words)) return Hint::asa;
  }
  return Hint::ios;
}

// A message of no vendor that we know.
ParseStatus generic_status(const wire::SyslogMessage& message) noexcept {
  switch (message.form) {
    case Form::rfc5424:
      return message.has_structured_data && !message.broken_structured_data ? ParseStatus::parsed
                                                                            : ParseStatus::partial;
    case Form::rfc3164:
      return !message.hostname.empty() && !message.process.empty() ? ParseStatus::parsed
                                                                   : ParseStatus::partial;
    case Form::device:
      return ParseStatus::partial;
    case Form::bare:
      break;
  }
  return message.has_priority || !message.process.empty() ? ParseStatus::partial
                                                          : ParseStatus::unparsed;
}

}  // namespace

SyslogReader::SyslogReader(std::shared_ptr<const SyslogTables> tables, Fields fields)
    : how_(fields), vendors_(std::make_unique<VendorMemory>()) {
  use(std::move(tables));
}
SyslogReader::SyslogReader(SyslogReader&&) noexcept = default;
SyslogReader::~SyslogReader() = default;

void SyslogReader::use(std::shared_ptr<const SyslogTables> tables) {
  tables_ = std::move(tables);
  vendors_->clear();
  extractor_ = tables_->events ? std::make_unique<EventExtractor>(*tables_->events) : nullptr;
}

const SyslogReading& SyslogReader::read(const RawMessage& raw, const DeviceDirectory& devices) {
  fields_.clear();
  parser_.parse(raw.text(), message_);
  find_device(raw, devices);
  reading_.message = &message_;
  reading_.fields = &fields_;
  if (!vendors_->recall(message_, reading_.record, reading_.status)) ask_vendors(raw.received);

  const Device* device = reading_.device;
  reading_.time =
      resolve_time(reading_.record.time, {.received = raw.received,
                                          .device_zone = device != nullptr ? device->zone : nullptr,
                                          .default_zone = tables_->default_zone,
                                          .zones = tables_->zones,
                                          .stated_year = reading_.record.stated_year,
                                          .latest_year = latest_year_.at(raw.received)});
  classify();
  return reading_;
}

void SyslogReader::ask_vendors(TimePoint received) {
  preset(message_);
  RecordBuilder builder(reading_.record, fields_, received, tables_->zones);
  bool by_header = true;
  for (const auto& vendor : vendor_parsers()) {
    by_header = by_header && vendor.by_header;
    if (!vendor.matches(message_)) continue;
    reading_.record.vendor = vendor.name;
    reading_.record.maker = vendor.maker;
    reading_.status = vendor.parse(message_, builder);
    if (by_header && fields_.empty())
      vendors_->learn(message_, vendor, reading_.record, reading_.status);
    return;
  }
  reading_.status = generic_status(message_);
}

// The sender's address says which device it is; behind a shared address the name in the message.
void SyslogReader::find_device(const RawMessage& raw, const DeviceDirectory& devices) {
  const Device* device = devices.by_address(raw.source.address);
  if (device != nullptr && device->shared) {
    for (const auto name :
         {message_.origin, message_.device_host, message_.hostname, message_.agent}) {
      if (name.empty()) continue;
      const Device* named = devices.by_hostname(name);
      if (named == nullptr) continue;
      device = named;
      break;
    }
  }
  reading_.device = device;
  message_.hint = hint_of(device);
}

void SyslogReader::preset(const wire::SyslogMessage& message) {
  auto& record = reading_.record;
  record.vendor = "unknown";
  record.maker = {};
  record.facility = message.facility;
  record.severity = message.severity;
  record.time = message.time ? message.time : message.device_time;
  record.clock_stated = false;
  record.stated_year.reset();
  record.hostname = message.hostname.empty() ? message.origin : message.hostname;
  record.process = message.process;
  record.pid = message.pid;
  record.message_id = message.message_id;
  record.sequence = message.counter;
  record.sequence2 = message.counter2;
  record.node = message.node;
  record.message = message.content;
}

void SyslogReader::classify() {
  parameters_.clear();
  for (const auto& parameter : message_.structured_data.parameters())
    parameters_.push_back({parameter.name, parameter.value});
  const auto& record = reading_.record;
  reading_.event_type = "other";
  reading_.remembered = {};
  if (extractor_ != nullptr) {
    const auto answer = extractor_->read({.vendor = record.vendor,
                                          .message_id = record.message_id,
                                          .process = record.process,
                                          .message = record.message,
                                          .parameters = parameters_},
                                         fields_);
    reading_.event_type = answer.type;
    reading_.remembered = answer.remembered;
  }
  const bool filled = how_ == Fields::filled || !record.sequence2.empty();
  if (filled && reading_.remembered) std::exchange(reading_.remembered, {}).fill(fields_);
  if (record.sequence2.empty()) return;
  TextCursor digits(record.sequence2);
  std::uint64_t second = 0;
  if (digits.take_number(second, 19)) fields_.number("sequence2", second);
}

}  // namespace netlogd::parse
