#include "known_header.hpp"

#include <algorithm>

#include "syslog_grammar.hpp"

namespace netlogd::wire {
namespace {

using Form = SyslogMessage::Form;

// All pieces of a message that a header gives.
constexpr std::string_view SyslogMessage::*piece_members[] = {
    &SyslogMessage::hostname,    &SyslogMessage::process, &SyslogMessage::pid,
    &SyslogMessage::message_id,  &SyslogMessage::counter, &SyslogMessage::counter2,
    &SyslogMessage::origin,      &SyslogMessage::relay,   &SyslogMessage::agent,
    &SyslogMessage::device_host, &SyslogMessage::node,    &SyslogMessage::task};

// Numbers whose value the grammar looks at, beside those of the times.
bool has_telling_number(std::string_view header, const SyslogMessage& message) noexcept {
  const auto inside = [](const char* at, std::string_view part) {
    return at >= part.data() && at < part.data() + part.size();
  };
  for (std::size_t at = 0; at < header.size();) {
    if (!is_digit(header[at])) {
      ++at;
      continue;
    }
    auto end = at;
    while (end < header.size() && is_digit(header[end])) ++end;
    const auto count = end - at;
    const char before = at > 0 ? header[at - 1] : '\0';
    const char behind = end < header.size() ? header[end] : '\0';
    // A version of RFC 5424, IOS' "[syslog@9 …]", seconds since 1970, a year.
    const bool first = header.find_first_not_of(" \t") == at;
    if ((first && count <= 3 && is_word_end(behind)) || before == '@') return true;
    if (count >= 9 && behind == '.') return true;
    if (count == 4 && is_word_end(before) && behind != ':' &&
        !inside(header.data() + at, message.time.text) &&
        !inside(header.data() + at, message.device_time.text))
      return true;
    at = end;
  }
  return false;
}

// What stands behind a stamp may be read as a part of it, by its numbers: "2 PM", "-0700".
bool may_go_on(std::string_view behind) noexcept {
  TextCursor at(behind);
  at.skip_blanks();
  if (at.peek() == '+' || at.peek() == '-') return true;
  const char half = to_lower(at.peek());
  return (half == 'a' || half == 'p') && to_lower(at.peek(1)) == 'm' && !is_alnum(at.peek(2));
}

std::string_view behind(std::string_view header, std::string_view piece) noexcept {
  return header.substr(static_cast<std::size_t>(piece.data() + piece.size() - header.data()));
}

}  // namespace

void KnownHeader::learn(const HeaderShape& shape, const char* begin, const SyslogMessage& message,
                        std::uint64_t number) {
  static_assert(std::size(piece_members) == most_pieces);
  const auto key = shape.key();
  std::memcpy(key_.data(), key.data(), key.size());
  key_size_ = static_cast<std::uint8_t>(key.size());
  number_ = number;
  usable_ = can_learn(shape, begin, message);
}

bool KnownHeader::can_learn(const HeaderShape& shape, const char* begin,
                            const SyslogMessage& message) {
  end_ = shape.end();
  const std::string_view header(begin, shape.size());
  switch (end_) {
    case HeaderShape::End::tag:
      return learn_tagged(shape, begin, message);
    case HeaderShape::End::process_colon:
      return learn_rfc3164(header, message);
    case HeaderShape::End::message_id:
      break;
  }
  return learn_rfc5424(header);
}

bool KnownHeader::learn_tagged(const HeaderShape& shape, const char* begin,
                               const SyslogMessage& message) noexcept {
  const std::string_view header(begin, shape.size());
  if (message.form == Form::rfc5424 || message.has_structured_data || !message.message_id.empty() ||
      header.find("repeated") != std::string_view::npos || has_telling_number(header, message))
    return false;
  form_ = message.form;
  counter_at_time_ = message.counter_at_time;
  has_vdc_ = message.has_vdc;
  return learn_tag(shape, begin, message) && learn_pieces(header, message) &&
         time_.learn(header, message.time) && device_time_.learn(header, message.device_time);
}

bool KnownHeader::learn_tag(const HeaderShape& shape, const char* begin,
                            const SyslogMessage& message) noexcept {
  const auto& tag = message.tag;
  if (!message.has_device_header || !tag || tag.text.data() != begin + shape.tag()) return false;
  // "%A-9-3-B": whether the first digit is a severity depends on its value.
  int digits = 0;
  for (std::size_t i = 1; i + 1 < tag.text.size(); ++i)
    if (tag.text[i - 1] == '-' && is_digit(tag.text[i]) && tag.text[i + 1] == '-') ++digits;
  const auto mnemonic = static_cast<std::size_t>(tag.mnemonic.data() - tag.text.data());
  const bool by_digit = is_digit(tag.text[mnemonic - 2]);
  if (digits != (by_digit ? 1 : 0)) return false;
  severity_ = by_digit ? std::int8_t{-1} : tag.severity;
  tag_ = static_cast<std::uint8_t>(shape.tag());
  tag_size_ = static_cast<std::uint8_t>(tag.text.size());
  facility_size_ = static_cast<std::uint8_t>(tag.facility.size());
  mnemonic_ = static_cast<std::uint8_t>(mnemonic);
  // Behind the tag: what decides whether its colon follows must be part of the shape.
  VendorTag again;
  const auto* const end = message.text.data() + message.text.size();
  const std::string_view rest(tag.text.data(), static_cast<std::size_t>(end - tag.text.data()));
  const auto content = shape.tag() + scan_tag(rest, again);
  const auto behind = std::string_view(begin, shape.size()).substr(shape.tag() + tag.text.size());
  const bool open =
      behind.size() == HeaderShape::behind_tag &&
      std::all_of(behind.begin(), behind.end(), [](char c) { return is_word_end(c); });
  content_ = static_cast<std::uint8_t>(content);
  return content <= shape.size() && !open;
}

// "Jan 17 14:32:15 host process[pid]: ", each piece directly behind the one before.
bool KnownHeader::learn_rfc3164(std::string_view header, const SyslogMessage& message) noexcept {
  const auto& time = message.time;
  const auto host = message.hostname;
  const auto process = message.process;
  if (message.form != Form::rfc3164 || message.has_device_header || message.has_structured_data ||
      time.iso || time.zone != SyslogTime::Zone::none || host.empty() || process.empty() ||
      !message.relay.empty() || has_telling_number(header, message) ||
      !learn_pieces(header, message) || !time_.learn(header, time))
    return false;
  // Or the grammar would look further for a device's own header.
  if (!is_alpha(process.front()) || process.find('/') != std::string_view::npos ||
      begins_like_time(process))
    return false;
  TextCursor at(header);
  at.skip_blanks();
  has_pid_ = !message.pid.empty();
  form_ = message.form;
  device_time_.value = {};
  if (!at.take(time.text) || at.skip_blanks() == 0 || !at.take(host) || at.skip_blanks() == 0 ||
      !at.take(process) || (has_pid_ && !(at.take('[') && at.take(message.pid) && at.take(']'))))
    return false;
  content_ = static_cast<std::uint8_t>(header.size());
  return at.take(": ") && at.at_end();
}

// The fields alone: what is behind them is read by the grammar each time.
bool KnownHeader::learn_rfc5424(std::string_view header) {
  constexpr std::string_view nothing = "- -";
  std::array<char, HeaderShape::longest + nothing.size()> copy;
  std::memcpy(copy.data(), header.data(), header.size());
  std::memcpy(copy.data() + header.size(), nothing.data(), nothing.size());
  header = {copy.data(), header.size()};
  SyslogMessage alone;
  parse_syslog({copy.data(), header.size() + nothing.size()}, alone);
  form_ = alone.form;
  content_ = static_cast<std::uint8_t>(header.size());
  device_time_.value = {};
  // "%A-3-B" in the place of a field is a tag, "%A-9-B" is none.
  if (alone.process.starts_with('%') || alone.message_id.starts_with('%')) return false;
  // Behind "app:" the grammar looks at what follows the fields before it takes them for such.
  if (alone.process.ends_with(':')) return false;
  return alone.form == Form::rfc5424 && alone.has_structured_data && alone.content == "-" &&
         !alone.has_device_header && alone.time.iso && learn_pieces(header, alone) &&
         time_.learn(header, alone.time);
}

bool KnownHeader::learn_pieces(std::string_view header, const SyslogMessage& message) noexcept {
  pieces_ = 0;
  for (std::size_t i = 0; i < most_pieces; ++i) {
    const auto piece = message.*piece_members[i];
    if (piece.empty()) continue;
    // Whether a word with colons is a host depends on the numbers of the address.
    if (piece.data() < header.data() ||
        piece.data() + piece.size() > header.data() + header.size() ||
        piece.find(':') != std::string_view::npos)
      return false;
    piece_[pieces_++] = {static_cast<std::uint8_t>(i),
                         static_cast<std::uint8_t>(piece.data() - header.data()),
                         static_cast<std::uint8_t>(piece.size())};
  }
  return true;
}

bool KnownHeader::Time::learn(std::string_view header, const SyslogTime& time) noexcept {
  value = time;
  if (!time) return true;
  if (time.text.data() < header.data() ||
      time.text.data() + time.text.size() > header.data() + header.size() ||
      may_go_on(behind(header, time.text)))
    return false;
  begin = static_cast<std::uint8_t>(time.text.data() - header.data());
  zone =
      static_cast<std::uint8_t>(time.zone_name.empty() ? 0 : time.zone_name.data() - header.data());
  if (time.kind == SyslogTime::Kind::uptime) return time.zone == SyslogTime::Zone::none;
  return places.find(time);
}

bool KnownHeader::Time::apply(const char* header, SyslogTime& time) const noexcept {
  if (!value) return true;
  time = value;
  time.text = {header + begin, value.text.size()};
  if (!value.zone_name.empty()) time.zone_name = {header + zone, value.zone_name.size()};
  return value.kind == SyslogTime::Kind::uptime || places.read(header + begin, time);
}

bool KnownHeader::apply(const char* begin, SyslogMessage& message) const {
  message.form = form_;
  for (std::size_t i = 0; i < pieces_; ++i)
    message.*piece_members[piece_[i].member] = {begin + piece_[i].begin, piece_[i].size};
  if (!time_.apply(begin, message.time) || !device_time_.apply(begin, message.device_time))
    return false;
  TextCursor at(
      {begin, static_cast<std::size_t>(message.text.data() + message.text.size() - begin)});
  at.skip(content_);
  switch (end_) {
    case HeaderShape::End::tag: {
      const char* const tag = begin + tag_;
      if (severity_ < 0 && tag[mnemonic_ - 2] > '7') return false;
      if (message.time.iso && begins_like_rfc5424_fields(behind(at.text(), message.time.text)))
        return false;
      apply_tag(tag, message);
      message.header = number_;
      break;
    }
    case HeaderShape::End::message_id:
      message.version = 1;
      read_rfc5424_content(at, message);
      return true;
    case HeaderShape::End::process_colon: {
      // What the grammar would look at for another header.
      at.skip_blanks();
      const char next = at.peek();
      if (is_digit(next)) return false;
      if (!has_pid_ && (is_upper(next) || next == '*' || next == '.' || next == ':')) return false;
      break;
    }
  }
  take_content(at, message);
  return true;
}

void KnownHeader::apply_tag(const char* text, SyslogMessage& message) const noexcept {
  auto& tag = message.tag;
  tag.severity = severity_ < 0 ? static_cast<std::int8_t>(text[mnemonic_ - 2] - '0') : severity_;
  tag.text = {text, tag_size_};
  tag.facility = {text + 1, facility_size_};
  tag.mnemonic = {text + mnemonic_, static_cast<std::size_t>(tag_size_ - mnemonic_)};
  message.has_device_header = true;
  message.counter_at_time = counter_at_time_;
  message.has_vdc = has_vdc_;
}

}  // namespace netlogd::wire
