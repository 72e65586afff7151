#include "reading.hpp"

#include <nlohmann/json.hpp>

namespace netlogd::cli {
namespace {

using parse::EventTime;
using parse::SyslogReading;
using Form = wire::SyslogMessage::Form;
using Kind = wire::SyslogTime::Kind;
using By = parse::EventDecision::By;

std::string form_rule(const wire::SyslogMessage& message) {
  switch (message.form) {
    case Form::rfc5424:
      return "RFC 5424 header, version " + std::to_string(message.version);
    case Form::rfc3164:
      return "RFC 3164 header: time, host, process";
    case Form::device:
      return "the device's own header: counter, time, tag";
    case Form::bare:
      break;
  }
  return "no header";
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : "; ") + part;
  return out;
}

class Explainer {
 public:
  Explainer(const RawMessage& raw, const SyslogReading& reading,
            const parse::EventDecision& decision)
      : text_(raw.text()), raw_(raw), reading_(reading), decision_(decision) {}

  std::vector<ReadField> fields() {
    priority();
    counters();
    time();
    names();
    add("message", reading_.record.message, "what follows the header", {});
    structured();
    vendor();
    extracted();
    event();
    status();
    return std::move(fields_);
  }

 private:
  // Where a view stands in the line; text that was put together or unescaped has no place.
  [[nodiscard]] std::optional<Span> span_of(std::string_view view) const {
    if (view.empty() || std::less<>()(view.data(), text_.data()) ||
        std::less<>()(text_.data() + text_.size(), view.data() + view.size()))
      return {};
    const auto from = static_cast<std::size_t>(view.data() - text_.data());
    return Span{from, from + view.size()};
  }
  void add(std::string field, std::string_view view, std::string rule, std::string doubt) {
    if (view.empty()) return;
    fields_.push_back(
        {std::move(field), std::string(view), span_of(view), std::move(rule), std::move(doubt)});
  }
  void derive(std::string field, std::string value, std::string rule, std::string doubt) {
    fields_.push_back({std::move(field), std::move(value), {}, std::move(rule), std::move(doubt)});
  }

  void priority() {
    const auto& message = *reading_.message;
    const auto end = text_.find('>');
    if (message.has_priority && end != std::string_view::npos) {
      const bool good = message.facility >= 0;
      add("priority", text_.substr(0, end + 1), good ? "PRI: facility × 8 + severity" : "PRI",
          good ? "" : "out of range, 0 to 191");
      if (good) derive("facility", std::to_string(message.facility), "PRI / 8", "");
    }
    derive("form", form_rule(message), "the grammar of headers", "");
    const auto& tag = message.tag;
    const int severity = reading_.record.severity;
    if (severity < 0)
      return derive("severity", "-", "", "neither a priority nor a vendor's tag says it");
    std::string doubt;
    if (message.severity >= 0 && tag && tag.severity >= 0 && tag.severity != message.severity)
      doubt = "the tag says " + std::to_string(tag.severity) + "; PRI wins";
    derive("severity",
           std::to_string(severity) + " " +
               std::string(severity_names[static_cast<std::size_t>(severity)]),
           message.severity >= 0 ? "PRI modulo 8" : "the vendor's tag", doubt);
  }

  void counters() {
    const auto& record = reading_.record;
    add("sequence", record.sequence, "the device's message counter", "");
    add("extracted_fields.sequence2", record.sequence2, "a second counter", "");
    if (!record.stated_year) return;
    const auto year = std::to_string(*record.stated_year);
    const auto at = text_.find(year + ":");
    add("year", at == std::string_view::npos ? std::string_view() : text_.substr(at, 4),
        "\"NNNN:\" in front of a date without a year", "could be a sequence number");
  }

  [[nodiscard]] std::string time_rule() const {
    const auto& time = reading_.record.time;
    switch (time.kind) {
      case Kind::uptime:
        return "time since the device started";
      case Kind::epoch:
        return "seconds since 1970";
      case Kind::date:
        return time.iso ? "RFC 3339" : time.has_year ? "date with a year" : "date without a year";
      case Kind::none:
        break;
    }
    return "";
  }

  [[nodiscard]] std::string time_doubts() const {
    std::vector<std::string> doubts;
    const auto& stamp = reading_.record.time;
    const auto& time = reading_.time;
    if (stamp.kind == Kind::date && !stamp.valid)
      doubts.emplace_back("there is no such date or time");
    if (stamp.clock == wire::SyslogTime::Clock::never_set)
      doubts.emplace_back("'*': the device's clock was never set");
    if (stamp.clock == wire::SyslogTime::Clock::unsynced)
      doubts.emplace_back("'.': the device has lost its time server");
    if (!time.known) return joined(doubts);
    if (time.year == EventTime::Year::inferred)
      doubts.emplace_back("the year is inferred from the time of reception");
    if (time.zone == EventTime::Zone::from_default)
      doubts.emplace_back("no zone: the configured default is assumed");
    if (time.zone == EventTime::Zone::inventory)
      doubts.emplace_back("no zone: the inventory's is used");
    if (time.ambiguous)
      doubts.emplace_back("the clock showed this time twice (end of summer time)");
    if (time.skipped)
      doubts.emplace_back("the clock never showed this time (start of summer time)");
    return joined(doubts);
  }

  void time() {
    const auto& stamp = reading_.record.time;
    if (!stamp) return derive("timestamp", "-", "", "no time in the message");
    add("timestamp", stamp.text, time_rule(), time_doubts());
    if (!reading_.time.known) return derive("timestamp_normalized", "-", "", "gives no instant");
    derive("timestamp_normalized", utc_text(reading_.time.instant, reading_.time.digits), "to UTC",
           "");
    const auto skew =
        std::chrono::floor<std::chrono::milliseconds>(raw_.received - reading_.time.instant)
            .count();
    derive("clock_skew_ms", std::to_string(skew), "time of reception minus the device's time", "");
  }

  [[nodiscard]] std::string host_rule() const {
    const auto& message = *reading_.message;
    const char* at = reading_.record.hostname.data();
    if (at == message.hostname.data() && !message.hostname.empty())
      return "host of the outer header";
    if (at == message.origin.data() && !message.origin.empty())
      return "origin in front of the time";
    if (at == message.device_host.data() && !message.device_host.empty())
      return "word between time and tag";
    if (at == message.agent.data() && !message.agent.empty()) return "word in front of the tag";
    if (at == message.relay.data() && !message.relay.empty()) return "a relay's name";
    return "by the vendor's rules";
  }

  void names() {
    const auto& record = reading_.record;
    const auto& message = *reading_.message;
    add("hostname", record.hostname, host_rule(), "");
    if (message.relay.data() != record.hostname.data())
      add("relay", message.relay, "a word before the origin: who passed it on",
          "not kept as a field");
    add("node", record.node, "line card, route processor or chassis member", "");
    add("process", record.process,
        message.form == Form::rfc5424 ? "APP-NAME" : "word in front of \"[pid]:\" or \":\"", "");
    add("pid", record.pid,
        message.form == Form::rfc5424 ? "PROCID" : "number in brackets behind the process", "");
    const bool is_tag = message.tag && record.message_id.data() == message.tag.text.data();
    add("message_id", record.message_id,
        is_tag ? "%FACILITY-SEVERITY-MNEMONIC" : "MSGID, or the event's tag", "");
    if (message.tag && !is_tag && record.message_id != message.tag.text)
      add("tag", message.tag.text, "a tag inside another", "");
  }

  void structured() {
    const auto& data = reading_.message->structured_data;
    for (const auto& element : data.elements()) {
      for (std::uint32_t i = 0; i < element.count && element.first + i < data.parameters().size();
           ++i) {
        const auto& parameter = data.parameters()[element.first + i];
        add("structured_data." + std::string(element.id) + "." + std::string(parameter.name),
            parameter.value, "parameter of structured data", "");
      }
    }
    if (reading_.message->broken_structured_data || !data.clean())
      derive("structured_data", "-", "", "broken from some element on; its text is kept");
  }

  void vendor() {
    const auto& record = reading_.record;
    std::string rule =
        record.vendor == "unknown" ? "no vendor's shape" : "the first vendor whose shape fits";
    if (reading_.message->hint != wire::SyslogMessage::Hint::none)
      rule += ", with the inventory's word";
    derive("vendor", std::string(record.vendor), rule, "");
    if (reading_.device != nullptr && !reading_.device->hostname.empty())
      derive("device", reading_.device->hostname, "the inventory, by the sender's address", "");
  }

  void extracted() {
    TextBuffer buffer;
    JsonWriter writer(buffer);
    reading_.fields->write(writer);
    const auto json = nlohmann::ordered_json::parse(buffer.view(), nullptr, false);
    if (!json.is_object()) return;
    using List = parse::ExtractedFields::List;
    for (const auto& [list, name] : {std::pair{List::ip_addresses, "ip_addresses"},
                                     {List::interfaces, "interfaces"},
                                     {List::mac_addresses, "mac_addresses"},
                                     {List::users, "users"}})
      for (const auto value : reading_.fields->list(list))
        add("extracted_fields." + std::string(name) + "[]", value, "shape of the word", "");
    std::string rule = "the vendor's shape";
    if (decision_.rule_line > 0)
      rule = "rule at " + std::string(decision_.file) + ":" + std::to_string(decision_.rule_line);
    for (const auto& [key, value] : json.items()) {
      if (value.is_array() || key == "sequence2") continue;
      const auto text = value.is_string() ? value.get<std::string>() : value.dump();
      auto view = reading_.fields->find(key);
      if (!span_of(view)) {  // a number, or text with escapes: the first place where it stands
        const auto from =
            reading_.record.message.empty()
                ? 0
                : static_cast<std::size_t>(span_of(reading_.record.message).value_or(Span{}).from);
        const auto at = text_.find(text, from);
        view = at == std::string_view::npos ? std::string_view() : text_.substr(at, text.size());
      }
      fields_.push_back({"extracted_fields." + key, text, span_of(view), rule, ""});
    }
  }

  void event() {
    std::string rule;
    std::string doubt;
    const auto key = std::string(decision_.key);
    switch (decision_.by) {
      case By::message_id:
        rule = "message id " + key;
        break;
      case By::wildcard:
        rule = "message id like " + key;
        break;
      case By::process:
        rule = "process " + key;
        doubt = "the message id is not known";
        break;
      case By::words:
        rule = "words: " + key;
        doubt = "the message id is not known";
        break;
      case By::none:
        doubt = "neither the message id nor the words are known";
        break;
    }
    if (decision_.line > 0)
      rule += " (" + std::string(decision_.file) + ":" + std::to_string(decision_.line) + ")";
    derive("event_type", std::string(reading_.event_type), rule, doubt);
  }

  void status() {
    std::string doubt;
    if (reading_.status == ParseStatus::partial)
      doubt = "header, tag or structured data: some of them were not recognised";
    if (reading_.status == ParseStatus::unparsed)
      doubt = "nothing was recognised; the text is kept whole";
    derive("parse_status",
           std::string(parse_status_names[static_cast<std::size_t>(reading_.status)]), "", doubt);
  }

  std::string_view text_;
  const RawMessage& raw_;
  const SyslogReading& reading_;
  const parse::EventDecision& decision_;
  std::vector<ReadField> fields_;
};

}  // namespace

LineReader::LineReader(const Inputs& inputs)
    : devices_(inputs.devices), reader_(inputs.knowledge.syslog), maker_(inputs.knowledge.syslog) {}

LineReading LineReader::read(const RawMessage& raw) {
  const auto& reading = reader_.read(raw, *devices_);
  LineReading out;
  out.fields = Explainer(raw, reading, reader_.decision()).fields();
  out.vendor = reading.record.vendor;
  out.event_type = reading.event_type;
  out.status = reading.status;
  TextBatch batch;
  batch.reset(1);
  maker_.make(raw, *devices_, batch);
  out.record = batch.text().view();
  while (!out.record.empty() && out.record.back() == '\n') out.record.pop_back();
  return out;
}

}  // namespace netlogd::cli
