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
    if (stands_alone(message)) return true;
    if (message.form == wire::SyslogMessage::Form::rfc5424) {
      if (!message.origin.empty() || message.device_time) return false;
      // "relay - - - - leaf1 Ebra: %TAG"
      return is_eos_agent(message.process) ||
             (!message.relay.empty() && is_eos_agent(message.agent));
    }
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
    if (stands_alone(message)) {
      head.process = message.origin;
      head.hostname = message.relay;
    }
    return device_header_status(message);
  }

 private:
  // "leaf1 Ebra: %TAG", "Ebra: %TAG": without a time, so the agent must be one that we know.
  static bool stands_alone(const wire::SyslogMessage& message) noexcept {
    return !message.time && !message.device_time && message.counter.empty() &&
           is_known_eos_agent(message.origin);
  }
};

}  // namespace

VendorParser arista_eos() { return vendor_parser<AristaEos>(); }

}  // namespace netlogd::parse
