#include "netlogd/wire/syslog_parser.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "netlogd/core/text_hash.hpp"
#include "syslog_grammar.hpp"
#include "syslog_time_places.hpp"

namespace netlogd::wire {
namespace {

constexpr std::size_t block_size = 16;
constexpr std::size_t longest_header = 160;
constexpr std::size_t behind_tag = 3;  // the tag's colon may stand behind a blank

constexpr bool ends_tag(char c) noexcept {
  return c == ':' || c == ' ' || c == '\t' || c == '[' || c == '\n';
}

// All pieces of a message that a header gives.
constexpr std::string_view SyslogMessage::*piece_members[] = {
    &SyslogMessage::hostname, &SyslogMessage::process,  &SyslogMessage::pid,
    &SyslogMessage::counter,  &SyslogMessage::counter2, &SyslogMessage::origin,
    &SyslogMessage::relay,    &SyslogMessage::agent,    &SyslogMessage::device_host,
    &SyslogMessage::node,     &SyslogMessage::task};
constexpr std::size_t most_pieces = std::size(piece_members);

// The characters of a header with a '0' for each digit. Digits that decide how a header is read do
// so by being digits; for the few that do not see KnownHeader::learn.
void put_masked(char* out, const char* text, std::size_t size) noexcept {
  std::memcpy(out, text, size);
#if defined(__SSE2__)
  for (std::size_t i = 0; i < size; i += block_size) {
    auto* const at = reinterpret_cast<__m128i*>(out + i);
    const auto block = _mm_loadu_si128(at);
    const auto digits = _mm_and_si128(_mm_cmpgt_epi8(block, _mm_set1_epi8('0' - 1)),
                                      _mm_cmplt_epi8(block, _mm_set1_epi8('9' + 1)));
    _mm_storeu_si128(at, _mm_or_si128(_mm_andnot_si128(digits, block),
                                      _mm_and_si128(digits, _mm_set1_epi8('0'))));
  }
#else
  for (std::size_t i = 0; i < size; ++i)
    if (is_digit(out[i])) out[i] = '0';
#endif
}

}  // namespace

// The shape of the header at the front of a text, from behind the priority to behind the tag.
class HeaderShape {
 public:
  // False when there is no tag near.
  bool read(std::string_view text, bool has_priority) noexcept {
    const auto limit = std::min(text.size(), longest_header);
    const auto* const percent =
        limit == 0 ? nullptr : static_cast<const char*>(std::memchr(text.data(), '%', limit));
    if (percent == nullptr) return false;
    tag_ = static_cast<std::size_t>(percent - text.data());
    auto end = tag_;
    while (end < limit && !ends_tag(text[end])) ++end;
    if (end == limit && end < text.size()) return false;
    end = std::min(end + behind_tag, text.size());
    key_[0] = has_priority ? '<' : ' ';
    put_masked(key_.data() + 1, text.data(), end);
    size_ = end + 1;
    return true;
  }
  [[nodiscard]] std::string_view key() const noexcept { return {key_.data(), size_}; }
  [[nodiscard]] std::size_t tag() const noexcept { return tag_; }
  // Of the text.
  [[nodiscard]] std::size_t size() const noexcept { return size_ - 1; }

 private:
  std::array<char, 1 + longest_header + behind_tag + block_size> key_;
  std::size_t size_ = 0;
  std::size_t tag_ = 0;
};

// A header that was read, and where its pieces are. Offsets count from behind the priority.
class KnownHeader {
 public:
  // `message` is what the grammar read; its header begins at `begin`.
  void learn(const HeaderShape& shape, const char* begin, const SyslogMessage& message) noexcept {
    const auto key = shape.key();
    std::memcpy(key_.data(), key.data(), key.size());
    key_size_ = static_cast<std::uint8_t>(key.size());
    usable_ = can_learn(shape, begin, message);
  }
  [[nodiscard]] bool is(std::string_view key) const noexcept {
    return key.size() == key_size_ && std::memcmp(key.data(), key_.data(), key.size()) == 0;
  }
  // Fills a cleared message whose priority was read. False: the message must be read by the
  // grammar, and something may have been filled.
  [[nodiscard]] bool apply(const char* begin, SyslogMessage& message) const noexcept;

 private:
  struct Piece {
    std::uint8_t member;
    std::uint8_t begin;
    std::uint8_t size;
  };
  struct Time {
    SyslogTime value;
    TimePlaces places;
    std::uint8_t begin = 0;
    std::uint8_t zone = 0;

    bool learn(const char* header, std::size_t size, const SyslogTime& time) noexcept;
    [[nodiscard]] bool apply(const char* header, SyslogTime& time) const noexcept;
  };

  bool can_learn(const HeaderShape& shape, const char* begin,
                 const SyslogMessage& message) noexcept;
  bool learn_pieces(const char* begin, std::size_t size, const SyslogMessage& message) noexcept;
  bool learn_tag(const HeaderShape& shape, const char* begin,
                 const SyslogMessage& message) noexcept;

  std::array<char, 1 + longest_header + behind_tag> key_;
  std::uint8_t key_size_ = 0;
  bool usable_ = false;
  bool counter_at_time_ = false;
  SyslogMessage::Form form_ = SyslogMessage::Form::bare;
  std::uint8_t pieces_ = 0;
  std::uint8_t tag_ = 0;       // where it begins
  std::uint8_t tag_size_ = 0;  // its text
  std::uint8_t content_ = 0;   // behind the tag and its colon
  std::uint8_t facility_size_ = 0;
  std::uint8_t mnemonic_ = 0;  // where it begins in the tag
  std::int8_t severity_ = -1;  // by a letter; -1: the digit before the mnemonic
  std::array<Piece, most_pieces> piece_;
  Time time_;
  Time device_time_;
};

namespace {

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

}  // namespace

bool KnownHeader::Time::learn(const char* header, std::size_t size,
                              const SyslogTime& time) noexcept {
  value = time;
  if (!time) return true;
  if (time.text.data() < header || time.text.data() + time.text.size() > header + size)
    return false;
  begin = static_cast<std::uint8_t>(time.text.data() - header);
  zone = static_cast<std::uint8_t>(time.zone_name.empty() ? 0 : time.zone_name.data() - header);
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

bool KnownHeader::can_learn(const HeaderShape& shape, const char* begin,
                            const SyslogMessage& message) noexcept {
  using Form = SyslogMessage::Form;
  const std::string_view header(begin, shape.size());
  if (message.form == Form::rfc5424 || message.has_structured_data || message.has_vdc ||
      !message.message_id.empty() || header.find("repeated") != std::string_view::npos ||
      has_telling_number(header, message))
    return false;
  form_ = message.form;
  counter_at_time_ = message.counter_at_time;
  return learn_tag(shape, begin, message) && learn_pieces(begin, shape.size(), message) &&
         time_.learn(begin, shape.size(), message.time) &&
         device_time_.learn(begin, shape.size(), message.device_time);
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
      behind.size() == behind_tag &&
      std::all_of(behind.begin(), behind.end(), [](char c) { return is_word_end(c); });
  content_ = static_cast<std::uint8_t>(content);
  return content <= shape.size() && !open;
}

bool KnownHeader::learn_pieces(const char* begin, std::size_t size,
                               const SyslogMessage& message) noexcept {
  pieces_ = 0;
  for (std::size_t i = 0; i < most_pieces; ++i) {
    const auto piece = message.*piece_members[i];
    if (piece.empty()) continue;
    // Whether a word with colons is a host depends on the numbers of the address.
    if (piece.data() < begin || piece.data() + piece.size() > begin + size ||
        piece.find(':') != std::string_view::npos)
      return false;
    piece_[pieces_++] = {static_cast<std::uint8_t>(i),
                         static_cast<std::uint8_t>(piece.data() - begin),
                         static_cast<std::uint8_t>(piece.size())};
  }
  return true;
}

bool KnownHeader::apply(const char* begin, SyslogMessage& message) const noexcept {
  if (!usable_) return false;
  auto& tag = message.tag;
  const char* const text = begin + tag_;
  const int digit = text[mnemonic_ - 2] - '0';
  if (severity_ < 0 && digit > 7) return false;
  tag.severity = severity_ < 0 ? static_cast<std::int8_t>(digit) : severity_;
  tag.text = {text, tag_size_};
  tag.facility = {text + 1, facility_size_};
  tag.mnemonic = {text + mnemonic_, static_cast<std::size_t>(tag_size_ - mnemonic_)};
  for (std::size_t i = 0; i < pieces_; ++i)
    message.*piece_members[piece_[i].member] = {begin + piece_[i].begin, piece_[i].size};
  message.form = form_;
  message.has_device_header = true;
  message.counter_at_time = counter_at_time_;
  if (!time_.apply(begin, message.time) || !device_time_.apply(begin, message.device_time))
    return false;
  TextCursor at(
      {begin, static_cast<std::size_t>(message.text.data() + message.text.size() - begin)});
  at.skip(content_);
  take_content(at, message);
  return true;
}

class HeaderMemory {
 public:
  HeaderMemory() : sets_(set_count) {}

  void parse(std::string_view text, SyslogMessage& message) {
    TextCursor at({});
    begin_message(text, at, message);
    if (!shape_.read(at.rest(), message.has_priority)) return parse_syslog(text, message);
    const char* const begin = at.rest().data();
    const auto hash = text_hash(shape_.key());
    auto& set = sets_[hash % set_count];
    const auto tag = static_cast<std::uint32_t>(hash >> 32) | 1U;
    for (std::size_t way = 0; way < ways; ++way) {
      if (set.tags[way] != tag || !set.headers[way].is(shape_.key())) continue;
      if (!set.headers[way].apply(begin, message)) parse_syslog(text, message);
      return;
    }
    parse_syslog(text, message);
    if (set.headers == nullptr) set.headers = std::make_unique<KnownHeader[]>(ways);
    const auto way = set.next++ % ways;
    set.headers[way].learn(shape_, begin, message);
    set.tags[way] = tag;
  }

 private:
  static constexpr std::size_t ways = 4;
  static constexpr std::size_t set_count = 1024;
  struct Set {
    std::array<std::uint32_t, ways> tags{};  // of the hash; 0: free
    std::uint32_t next = 0;                  // the place that gives way
    std::unique_ptr<KnownHeader[]> headers;  // `ways` of them, once the set is used
  };

  std::vector<Set> sets_;
  HeaderShape shape_;
};

SyslogParser::SyslogParser() : memory_(std::make_unique<HeaderMemory>()) {}
SyslogParser::SyslogParser(SyslogParser&&) noexcept = default;
SyslogParser& SyslogParser::operator=(SyslogParser&&) noexcept = default;
SyslogParser::~SyslogParser() = default;

void SyslogParser::parse(std::string_view text, SyslogMessage& message) {
  memory_->parse(text, message);
}

}  // namespace netlogd::wire
