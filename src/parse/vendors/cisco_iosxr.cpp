// Cisco IOS-XR: the node (line card or route processor) is glued to the time, then the process with
// its job id, then a tag of at least four parts and " : ". Many lines have no tag at all.

#include "../device_header.hpp"
#include "netlogd/core/word_set.hpp"
#include "netlogd/parse/vendor_parser.hpp"

namespace netlogd::parse {
namespace {

// What only IOS XR puts in front of the facility: "%PKT_INFRA-LINK-3-UPDOWN". EOS has
// "%ROUTING-6-…".
constexpr std::string_view category_list[] = {"MGBL", "PKT_INFRA", "ROUTING", "SECURITY"};
constexpr WordSet categories(category_list);

struct CiscoIosxr {
  static constexpr std::string_view name = "cisco_iosxr";
  static constexpr std::string_view maker = "cisco";
  static constexpr bool by_header = true;

  static bool matches(const wire::SyslogMessage& message) noexcept {
    // A cBR-8 (IOS-XE) names its line card "CLC 6/0".
    if (!message.node.empty()) return message.node.find(' ') == std::string_view::npos;
    if (!message.tag) return false;
    if (message.hint == wire::SyslogMessage::Hint::iosxr) return true;
    // "bgp[1046]: %ROUTING-BGP-5-ADJCHANGE : …" behind a relay that took the node away, and behind
    // a header of RFC 5424.
    const auto dashes = message.tag.text.find('-', message.tag.facility.size() + 2);
    const bool four_parts = dashes < message.tag.text.size() - message.tag.mnemonic.size() - 1;
    if (!four_parts) return false;
    return categories.has(message.tag.facility) || (!message.pid.empty() && message.agent.empty());
  }

  static ParseStatus parse(const wire::SyslogMessage& message, RecordBuilder& record) {
    take_device_header(message, record);
    const bool whole = message.tag || !message.process.empty();
    return whole ? ParseStatus::parsed : ParseStatus::partial;
  }
};

}  // namespace

VendorParser cisco_iosxr() { return vendor_parser<CiscoIosxr>(); }

}  // namespace netlogd::parse
