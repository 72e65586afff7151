// Juniper Junos: RFC 5424 with "junos@…" structured data; BSD format with the event tag behind the
// process ("rpd[2902]: RPD_BGP_NEIGHBOR_STATE_CHANGED: …"); with `explicit-priority`
// "%DAEMON-4-TAG:" in front of it. A line with none of these is known by the daemon's name, if only
// Junos has it.

#include <algorithm>
#include <array>

#include "netlogd/core/text_cursor.hpp"
#include "netlogd/core/word_set.hpp"
#include "netlogd/parse/vendor_parser.hpp"

namespace netlogd::parse {
namespace {

constexpr auto npos = std::string_view::npos;

// Processes that no other system has (Junos System Log Explorer).
constexpr std::string_view daemons_list[] = {"/kernel",       "agentd",
                                             "alarmd",        "appidd",
                                             "apsd",          "bbe-autoconfd",
                                             "bbe-mibd",      "bbe-smgd",
                                             "bbe-statsd",    "bdbrepd",
                                             "cfmd",          "cfmman",
                                             "chassisd",      "clksyncd",
                                             "cosd",          "cpcdd",
                                             "craftd",        "datapath-traced",
                                             "dcd",           "dfcd",
                                             "dfwd",          "dot1xd",
                                             "eswd",          "eventd",
                                             "fabspoked",     "ffp",
                                             "fpcd",          "fud",
                                             "fwauthd",       "gprsd",
                                             "gstatd",        "hostname-cached",
                                             "icmd",          "idpd",
                                             "ifstraced",     "ilmid",
                                             "irsd",          "jddosd",
                                             "jdhcpd",        "jinsightd",
                                             "jkernel",       "jlaunchd",
                                             "jpppd",         "jpppoed",
                                             "jsd",           "jsqlsyncd",
                                             "jsrpd",         "junos-ids",
                                             "kmd",           "ksyncd",
                                             "l2ald",         "l2cpd",
                                             "lacpd",         "lfmd",
                                             "license-check", "lpdfd",
                                             "mcsnoopd",      "mgd",
                                             "mgd-api",       "mib2d",
                                             "mobiled",       "mplsoamd",
                                             "mspd",          "mspmand",
                                             "na-grpcd",      "na-mqtt",
                                             "nstraced",      "ntf-agent",
                                             "oamd",          "overlayd",
                                             "pccd",          "pfed",
                                             "pgmd",          "pkid",
                                             "ppmd",          "profilerd",
                                             "r2cpd",         "rdd",
                                             "repd",          "rmopd",
                                             "rmpsd",         "rpd",
                                             "rtlogd",        "rtspd",
                                             "sampled",       "sdk-vmmd",
                                             "sdxd",          "sfid",
                                             "shm-rtsdbd",    "smid",
                                             "smihelperd",    "spmd",
                                             "srrd",          "tfeb0",
                                             "tnetd",         "transportd",
                                             "tunnel-oamd",   "utmd",
                                             "vccpd",         "web-mgmt",
                                             "wwand"};
constexpr WordSet daemons(daemons_list);

// What event tags begin with, up to the first underscore.
constexpr std::string_view prefixes_list[] = {
    "AAMW",      "ACCT",     "ALARMD",    "ANALYZER",  "ANCPD",      "ANTISPAM", "APPID",
    "APPIDD",    "APPPXY",   "APPQOS",    "APPTRACK",  "ASP",        "AUDITD",   "AUTHD",
    "AUTOCONFD", "AUTOD",    "AV",        "BFDD",      "BGP",        "BOOTPD",   "CFMD",
    "CHASSISD",  "CONTENT",  "COSD",      "CSCRIPT",   "DCBX",       "DCD",      "DDOS",
    "DFCD",      "DFWD",     "DH",        "DOT1XD",    "DYNAMIC",    "ESWD",     "EVENTD",
    "FABOAMD",   "FCD",      "FCOE",      "FCPROXY",   "FIPS",       "FLOW",     "FSAD",
    "FUD",       "FWAUTH",   "GPRSD",     "HEALTHMON", "HNCACHED",   "HTTPD",    "ICCPD",
    "IDP",       "JADE",     "JCS",       "JDHCPD",    "JDIAMETERD", "JIVED",    "JPTSPD",
    "JSRPD",     "JTASK",    "JTRACE",    "KERN",      "KMD",        "L2ALD",    "L2CPD",
    "L2TPD",     "LACP",     "LACPD",     "LFMD",      "LIBESPTASK", "LIBJNX",   "LIBJSNMP",
    "LIBMSPRPC", "LICENSE",  "LLDP",      "LLDPD",     "LOGIN",      "LPDFD",    "LRMUX",
    "LSYSD",     "MCSNOOPD", "MIB2D",     "NEXTHOP",   "NSD",        "NSTRACED", "PCCD",
    "PFE",       "PFED",     "PGCPD",     "PKID",      "PPMD",       "PROFILER", "RDD",
    "RMOPD",     "RPD",      "RT",        "RTLOG",     "RTLOGD",     "RTPERF",   "SAVAL",
    "SDXD",      "SECINTEL", "SFID",      "SFW",       "SMTP",       "SMTPD",    "SNMP",
    "SNMPD",     "SPD",      "SSHD",      "TFTPD",     "UFDD",       "UI",       "UTMD",
    "VCCPD",     "VRRPD",    "WEBFILTER", "WWAND"};
constexpr WordSet prefixes(prefixes_list);

// The facilities of `explicit-priority`.
constexpr std::string_view facilities_list[] = {
    "ANY", "AUTH",     "AUTHORIZATION", "CHANGE", "CONFLICT",  "CONSOLE", "CRON",   "DAEMON",
    "DFC", "EXTERNAL", "FIREWALL",      "FTP",    "INTERACT",  "KERN",    "KERNEL", "NTP",
    "PFE", "SECURITY", "SYSLOG",        "USER",   "USERSPACE", "VM"};
constexpr WordSet facilities(facilities_list);

// The capitals with an underscore at the front, if a known prefix begins them.
std::string_view event_tag(std::string_view text) noexcept {
  std::size_t end = 0;
  while (end < text.size() && (is_upper(text[end]) || is_digit(text[end]) || text[end] == '_'))
    ++end;
  const auto word = text.substr(0, end);
  const auto underscore = word.find('_');
  if (underscore == npos || !prefixes.has(word.substr(0, underscore))) return {};
  return word;
}

// Any capitals with an underscore and a colon behind them; enough where Junos is sure to have
// written the line.
std::string_view tag_before_colon(std::string_view text) noexcept {
  TextCursor at(text);
  if (!is_upper(at.peek())) return {};
  const auto word = at.take_while([](char c) { return is_upper(c) || is_digit(c) || c == '_'; });
  return word.find('_') != npos && at.peek() == ':' ? word : std::string_view();
}

// "RT_FLOW", "RT_IDS", "RT_UTM": the process of the packet forwarding engine's messages.
bool is_forwarding_process(std::string_view process) noexcept {
  return process.starts_with("RT_") && event_tag(process) == process;
}

// "fpc0", "feb1": a card that speaks for itself.
bool is_card(std::string_view word) noexcept {
  const auto digits = word.find_first_of("0123456789");
  if (digits == npos || word.find_first_not_of("0123456789", digits) != npos) return false;
  const auto name = word.substr(0, digits);
  return name == "fpc" || name == "feb" || name == "cfeb" || name == "tfeb" || name == "afeb" ||
         name == "sfm" || name == "ssb";
}

bool is_daemon(std::string_view process) noexcept {
  return !process.empty() &&
         (daemons.has(process) || is_forwarding_process(process) || is_card(process));
}

// "fpc0 MIC(0/0) link 1 …", without a colon: the card behind the host.
std::string_view card_in_front(const wire::SyslogMessage& message) noexcept {
  if (!message.process.empty() || message.form != wire::SyslogMessage::Form::rfc3164) return {};
  const auto word = message.content.substr(0, message.content.find(' '));
  return is_card(word) ? word : std::string_view();
}

// What a services PIC writes: "(FPC Slot 0, PIC Slot 1) {set} [FWNAT]: …".
bool is_of_services_card(const wire::SyslogMessage& message) noexcept {
  return message.process.empty() && message.content.starts_with("(FPC Slot ");
}

struct Priority {
  std::size_t length = 0;  // with the colon
  int severity = -1;
  std::string_view tag;
};

// "%DAEMON-4:", "%PFE-5:", "%DAEMON-5-CHASSISD_FRU_OFFLINE_NOTICE:"
Priority explicit_priority(std::string_view text) noexcept {
  TextCursor at(text);
  if (!at.take('%')) return {};
  const auto facility = at.take_while([](char c) { return is_upper(c) || is_digit(c); });
  const bool known = facilities.has(facility) || facility.starts_with("LOCAL");
  if (!known || !at.take('-') || at.peek() < '0' || at.peek() > '7') return {};
  Priority priority;
  priority.severity = at.peek() - '0';
  at.skip();
  if (at.take('-')) priority.tag = at.take_while([](char c) { return is_alnum(c) || c == '_'; });
  if (!at.take(':')) return {};
  priority.length = at.position();
  return priority;
}

struct JuniperJunos {
  static constexpr std::string_view name = "juniper_junos";
  static constexpr std::string_view maker = "juniper";
  static constexpr bool by_header = true;

  static bool matches(const wire::SyslogMessage& message) noexcept {
    using Hint = wire::SyslogMessage::Hint;
    for (const auto& element : message.structured_data.elements())
      if (element.id.starts_with("junos@")) return true;
    if (message.tag || message.has_device_header) return is_prioritised(message);
    if (message.hint == Hint::junos) return true;
    if (message.hint != Hint::none && message.hint != Hint::other) return false;
    if (is_daemon(message.process) || is_console_line(message)) return true;
    if (!card_in_front(message).empty() || is_of_services_card(message)) return true;
    if (message.form == wire::SyslogMessage::Form::rfc5424) return false;
    const char first = message.content.empty() ? '\0' : message.content.front();
    if (first == '%') return explicit_priority(message.content).length > 0;
    const auto tag = is_upper(first) ? event_tag(message.content) : std::string_view();
    return (!tag.empty() && message.content.substr(tag.size()).starts_with(':')) ||
           (!message.time && !event_tag(message.process).empty());
  }

  static ParseStatus parse(const wire::SyslogMessage& message, RecordBuilder& record) {
    auto& head = record.head();
    if (message.tag) return parse_prioritised(message, head);
    if (message.form == wire::SyslogMessage::Form::rfc5424) {
      // Without `structured-data` the tag stands where it does in the BSD format.
      if (head.message_id.empty()) take_tag(head);
      return status_of_rfc5424(message);
    }
    if (const auto priority = explicit_priority(head.message); priority.length > 0) {
      cut(head.message, priority.length);
      head.message_id = priority.tag;
      if (!message.has_priority) head.severity = priority.severity;
    }
    if (is_console_line(message)) take_console_level(message, head);
    const bool tagged = take_tag(head);
    if (!tagged && !message.time && !event_tag(head.process).empty() &&
        !is_forwarding_process_only(head)) {
      head.message_id = head.process;
      head.process = {};
    }
    if (head.node.empty()) head.node = card_in_front(message);
    const bool whole = !head.process.empty() || !head.message_id.empty() || !head.node.empty();
    return whole ? ParseStatus::parsed : ParseStatus::partial;
  }

 private:
  static void cut(std::string_view& text, std::size_t length) noexcept {
    text.remove_prefix(length);
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  }

  // "RPD_BGP_NEIGHBOR_STATE_CHANGED: …" gives the message id and leaves the text behind it.
  static bool take_tag(SyslogRecord& head) noexcept {
    const auto tag = tag_before_colon(head.message);
    if (tag.empty()) return false;
    head.message_id = tag;
    cut(head.message, tag.size() + 1);
    return true;
  }

  // "host mgd: %DAEMON-5-UI_COMMIT: …" has the shape of Cisco's tag.
  static bool is_prioritised(const wire::SyslogMessage& message) noexcept {
    if (!facilities.has(message.tag.facility)) return false;
    const auto process = message.agent.empty() ? message.process : message.agent;
    return is_daemon(process) || (!process.empty() && !event_tag(message.tag.mnemonic).empty());
  }

  static ParseStatus parse_prioritised(const wire::SyslogMessage& message, SyslogRecord& head) {
    if (!message.agent.empty()) head.process = message.agent;
    head.message_id = message.tag.mnemonic;
    if (!message.has_priority) head.severity = message.tag.severity;
    return ParseStatus::parsed;
  }

  static ParseStatus status_of_rfc5424(const wire::SyslogMessage& message) noexcept {
    const bool whole = message.has_structured_data && !message.broken_structured_data;
    return whole ? ParseStatus::parsed : ParseStatus::partial;
  }

  // "[Apr 29 05:52:40.359 LOG: Notice] MIC(3/1): …"; the grammar keeps the level as message id.
  static bool is_console_line(const wire::SyslogMessage& message) noexcept {
    return message.text.starts_with('[') && message.time && !message.message_id.empty();
  }
  static void take_console_level(const wire::SyslogMessage& message, SyslogRecord& head) noexcept {
    constexpr std::array<std::string_view, 8> levels = {"Emergency", "Alert",  "Critical", "Err",
                                                        "Warning",   "Notice", "Info",     "Debug"};
    head.message_id = {};
    for (std::size_t i = 0; i < levels.size(); ++i)
      if (message.message_id.starts_with(levels[i]) && !message.has_priority)
        head.severity = static_cast<int>(i);
  }

  // "RT_FLOW: RT_FLOW_SESSION_CREATE: …" without a time: the process is a process.
  static bool is_forwarding_process_only(const SyslogRecord& head) noexcept {
    return std::count(head.process.begin(), head.process.end(), '_') == 1 &&
           !event_tag(head.message).empty();
  }
};

}  // namespace

VendorParser juniper_junos() { return vendor_parser<JuniperJunos>(); }

}  // namespace netlogd::parse
