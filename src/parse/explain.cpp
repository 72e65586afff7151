#include "netlogd/parse/explain.hpp"

#include <functional>

namespace netlogd::parse {
namespace {

using Form = wire::SyslogMessage::Form;
using Zone = wire::SyslogTime::Zone;

class Explainer {
 public:
  Explainer(const RawMessage& raw, const SyslogReading& reading)
      : text_(raw.text()), reading_(reading), message_(*reading.message), record_(reading.record) {}

  std::vector<ExplainedField> run() {
    add("vendor", record_.vendor, {}, vendor_rule(), vendor_doubt());
    add_priority();
    add_time();
    add("hostname", record_.hostname, record_.hostname, host_rule(), host_doubt());
    add("process", record_.process, record_.process, process_rule());
    if (!record_.pid.empty())
      add("pid", record_.pid, record_.pid, "in brackets behind the process, or PROCID");
    add("message_id", record_.message_id, record_.message_id, id_rule());
    if (!record_.sequence.empty())
      add("sequence", record_.sequence, record_.sequence,
          "digits and a colon in front of the header: the device's counter");
    if (!record_.sequence2.empty())
      add("extracted_fields.sequence2", record_.sequence2, record_.sequence2,
          "a second counter (`service sequence-numbers`)");
    if (record_.stated_year) add_stated_year();
    if (!record_.node.empty())
      add("node", record_.node, record_.node, "a line card or route processor glued to the time");
    add("message", record_.message, record_.message, "what is left behind the header");
    add_structured_data();
    add("event_type", reading_.event_type, {},
        "the catalogue's row for the message id, else its words");
    add("parse_status", parse_status_names[static_cast<std::size_t>(reading_.status)], {},
        status_rule());
    return std::move(fields_);
  }

 private:
  void add(std::string_view name, std::string_view value, std::string_view place, std::string rule,
           std::string doubt = {}) {
    ExplainedField field;
    field.name = name;
    field.value = value.empty() ? "null" : std::string(value);
    const auto* from = text_.data();
    const std::less_equal<const char*> before;
    if (!place.empty() && before(from, place.data()) &&
        before(place.data() + place.size(), from + text_.size())) {
      field.begin = static_cast<std::size_t>(place.data() - from);
      field.end = field.begin + place.size();
    }
    field.rule = std::move(rule);
    field.doubt = std::move(doubt);
    fields_.push_back(std::move(field));
  }

  void add_priority() {
    const auto begin = text_.find('<');
    const auto place = message_.has_priority ? text_.substr(begin, text_.find('>') - begin + 1)
                                             : std::string_view();
    const auto number = [](int value) {
      return value < 0 ? std::string("null") : std::to_string(value);
    };
    const bool tag = !message_.has_priority && record_.severity >= 0;
    const std::string out_of_range = "the priority is not within 0 to 191, so nothing is believed";
    const std::string rule = message_.facility >= 0
                                 ? "the priority in angle brackets: facility * 8 + severity"
                             : message_.has_priority ? out_of_range
                                                     : "the line has no priority";
    add("facility", number(record_.facility), place, rule);
    add("severity", number(record_.severity), tag ? message_.tag.text : place,
        tag ? "no priority, so the digit or letter of the tag" : rule);
  }

  void add_time() {
    const auto& time = record_.time;
    add("timestamp", time.text, time.text, time_rule());
    if (!time) return;
    const auto& event = reading_.time;
    add("timestamp_normalized", event.known ? utc_text(event.instant, event.digits) : "", {},
        time.kind == wire::SyslogTime::Kind::uptime
            ? "time since the device started gives no instant"
        : event.known ? "the stamp, its year and its zone"
                      : "the date or the time of day does not exist",
        event.ambiguous ? "the clock showed this time twice (end of summer time); the reading "
                          "nearest to reception"
        : event.skipped ? "the clock never showed this time (begin of summer time)"
                        : "");
    if (event.year == EventTime::Year::inferred)
      add("time_quality.year", "inferred", {},
          "the stamp has no year: the latest that puts it at most 30 days after reception",
          "a device whose clock is wrong by months gets the wrong year");
    if (event.year == EventTime::Year::sent)
      add("time_quality.year", "sent", time.text, "the stamp has a year");
    add_zone();
    add_clock();
  }

  void add_zone() {
    const auto& time = record_.time;
    const std::string name(time.zone_name);
    switch (reading_.time.zone) {
      case EventTime::Zone::sent:
        add("time_quality.zone", "sent", time.zone == Zone::name ? time.zone_name : time.text,
            time.zone == Zone::name ? "an abbreviation with one meaning"
                                    : "an offset, Z, UTC or GMT");
        break;
      case EventTime::Zone::inventory:
        add("time_quality.zone", "inventory", time.zone_name,
            "the inventory's zone of the device" +
                (name.empty() ? "" : "; \"" + name + "\" alone does not settle it"));
        break;
      case EventTime::Zone::from_default:
        add("time_quality.zone", "default", time.zone_name,
            name.empty()
                ? "no zone sent, none in the inventory: the configured default"
                : "\"" + name +
                      "\" is unknown or has several meanings, and the inventory does not settle it",
            "the time may be wrong by hours: give the device a zone in the inventory, or let it "
            "send one");
        break;
      case EventTime::Zone::none:
        break;
    }
  }

  void add_clock() {
    using Clock = wire::SyslogTime::Clock;
    switch (record_.time.clock) {
      case Clock::never_set:
        add("time_quality.clock", "never_set", {}, "'*' in front of the time",
            "the device's clock was never set");
        break;
      case Clock::unsynced:
        add("time_quality.clock", "unsynced", {}, "'.' in front of the time",
            "the device has lost its time server");
        break;
      case Clock::unmarked:
        add("time_quality.clock", record_.clock_stated ? "synced" : "unstated", {},
            record_.clock_stated ? "IOS marks a clock that is not in sync, and this has no mark"
                                 : "the format has no mark");
        break;
    }
  }

  void add_stated_year() {
    add("time_quality.year", std::to_string(*record_.stated_year),
        message_.counter2.empty() ? message_.counter : message_.counter2,
        "four digits in front of a date without a year, within the last ten years: the year",
        "it may be the device's counter");
  }

  void add_structured_data() {
    if (message_.structured_data.empty() && !message_.broken_structured_data) return;
    for (const auto& element : message_.structured_data.elements())
      add("structured_data." + std::string(element.id),
          std::to_string(element.count) + " parameters", element.id,
          "an element of structured data (RFC 5424, 6.3)");
    if (message_.broken_structured_data)
      add("structured_data", "", {}, "an element is malformed and stays in the message",
          "it may be cut off");
  }

  [[nodiscard]] std::string vendor_rule() const {
    if (record_.vendor == "unknown") return "no vendor's file takes this format";
    if (message_.hint != wire::SyslogMessage::Hint::none)
      return "the format, and where formats are alike the inventory";
    return "the format";
  }
  [[nodiscard]] std::string vendor_doubt() const {
    const bool alike = record_.vendor == "cisco_ios" || record_.vendor == "arista_eos" ||
                       record_.vendor == "cisco_nxos";
    const bool settled = message_.hint != wire::SyslogMessage::Hint::none || !alike;
    return settled
               ? ""
               : "IOS, NX-OS and EOS can look alike, and the inventory does not know the device";
  }
  [[nodiscard]] std::string time_rule() const {
    if (!record_.time) return "no time stamp was found";
    if (message_.device_time && record_.time.text.data() == message_.device_time.text.data())
      return message_.time ? "the device's own time; a relay put another in front"
                           : "the device's time";
    if (message_.device_time) return "the relay's time: the device's clock was never set";
    return "the time of the header";
  }
  [[nodiscard]] std::string host_rule() const {
    const auto* place = record_.hostname.data();
    if (record_.hostname.empty()) return "the message names no host";
    if (place == message_.origin.data())
      return "the word in front of the device's time (origin-id)";
    if (place == message_.device_host.data())
      return "the word between the device's time and the tag";
    if (place == message_.agent.data()) return "the word with a colon in front of the tag";
    return message_.form == Form::rfc5424 ? "HOSTNAME of RFC 5424" : "the word behind the time";
  }
  [[nodiscard]] std::string host_doubt() const {
    return record_.hostname.data() == message_.agent.data() && !record_.hostname.empty()
               ? "it may be a process of the host before it"
               : "";
  }
  [[nodiscard]] std::string process_rule() const {
    if (record_.process.empty()) return "the message names no process";
    return message_.form == Form::rfc5424 && !message_.has_device_header
               ? "APP-NAME of RFC 5424"
               : "the word with a colon in front of the text";
  }
  [[nodiscard]] std::string id_rule() const {
    if (record_.message_id.empty()) return "the message has no id";
    if (record_.message_id.data() == message_.tag.text.data()) return "%FACILITY-SEVERITY-MNEMONIC";
    return record_.message_id.data() == message_.message_id.data() ? "MSGID of RFC 5424"
                                                                   : "the vendor's event tag";
  }
  [[nodiscard]] std::string status_rule() const {
    switch (reading_.status) {
      case ParseStatus::parsed:
        return "header, tag and structured data are all read";
      case ParseStatus::partial:
        return "only a part of the header is read";
      case ParseStatus::unparsed:
        break;
    }
    return "nothing is recognised; the raw text is kept";
  }

  std::string_view text_;
  const SyslogReading& reading_;
  const wire::SyslogMessage& message_;
  const SyslogRecord& record_;
  std::vector<ExplainedField> fields_;
};

}  // namespace

std::vector<ExplainedField> explain(const RawMessage& raw, const SyslogReading& reading) {
  return Explainer(raw, reading).run();
}

}  // namespace netlogd::parse
