// Arista EOS: RFC 3164 with the agent as the process and Cisco's tag behind it. The time may have a
// year in front and a zone behind, or be RFC 3339; the sequence number stands between agent and
// tag.

#include "../device_header.hpp"
#include "netlogd/parse/vendor_parser.hpp"

namespace netlogd::parse {
namespace {

struct AristaEos {
  static constexpr std::string_view name = "arista_eos";
  static constexpr std::string_view maker = "arista";
  static constexpr bool by_header = true;

  static bool matches(const wire::SyslogMessage& message) noexcept {
    using Hint = wire::SyslogMessage::Hint;
    if (!message.tag) return false;
    if (message.hint == Hint::eos) return true;
    if (message.hint != Hint::none && message.hint != Hint::other) return false;
    if (message.form == wire::SyslogMessage::Form::rfc5424)
      return message.origin.empty() && !message.device_time && is_eos_agent(message.process);
    const auto agent = message.agent.empty() ? message.process : message.agent;
    if (agent.empty()) return false;
    // The host may be missing only behind RFC 3339: "Jan 17 14:32:15 Core-sw: %SYS-…" is a Cisco.
    if (message.hostname.empty() && message.time && !message.time.iso) return false;
    // A relay in front of a Cisco gives "relay sw01: %SYS-…"; a host is not named like an agent.
    return is_eos_agent(agent) || (!message.hostname.empty() && is_eos_tag(message.tag));
  }

  static ParseStatus parse(const wire::SyslogMessage& message, RecordBuilder& record) {
    auto& head = record.head();
    const auto process = head.process;
    take_device_header(message, record);
    if (!message.agent.empty()) head.hostname = message.hostname;
    head.process = message.agent.empty() ? process : message.agent;
    return device_header_status(message);
  }
};

}  // namespace

VendorParser arista_eos() { return vendor_parser<AristaEos>(); }

}  // namespace netlogd::parse
