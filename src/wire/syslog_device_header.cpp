#include <array>
#include <utility>

#include "syslog_grammar.hpp"

namespace netlogd::wire {
namespace {

constexpr int max_pieces = 10;
constexpr int max_plain_words = 2;
constexpr std::size_t max_word = 255;  // a host name, RFC 1035
// What IOS puts in with `logging host … session-id` or `sequence-num-session`.
constexpr std::string_view session_element = "[syslog@9 ";

// Reads the pieces into its own members; they are copied to the message once the header is sure.
class DeviceHeader {
 public:
  DeviceHeader(const TextCursor& at, bool has_outer_time, const ScannedTime* known) noexcept
      : at_(at), known_(known), has_outer_time_(has_outer_time) {}

  bool read() noexcept {
    for (int i = 0; i < max_pieces; ++i) {
      at_.skip_blanks();
      switch (read_piece()) {
        case Piece::end:
          return true;
        case Piece::none:
          return false;
        case Piece::some:
          break;
      }
      if (time_.colon) return read_behind_time();
    }
    return false;
  }

  void store(TextCursor& at, SyslogMessage& message) noexcept {
    at = at_;
    message.has_device_header = true;
    message.counter = counters_ > 0 ? counter_[0] : std::string_view();
    message.counter2 = counters_ > 1 ? counter_[1] : std::string_view();
    message.counter_at_time = counter_last_ && time_;
    message.device_time = time_;
    message.node = node_;
    message.task = task_;
    message.has_vdc = has_vdc_;
    message.tag = tag_;
    message.device_host = device_host_;
    message.process = process_;
    message.pid = pid_;
    const bool agent = !time_ && word_has_colon_ && (has_outer_time_ || outer_time_);
    // The last header in front of the device's own is the nearest to it. Behind the context of
    // NX-OS a second time is the kernel's and has no year.
    if (outer_time_ && (!has_vdc_ || !message.time)) message.time = outer_time_;
    // "relay leaf1 Ebra: %TAG": the nearest word in front of the agent is its host.
    if (agent && !relay_.empty()) std::swap(message.hostname, relay_);
    (agent ? message.agent : message.origin) = word_;
    if (!relay_.empty()) message.relay = relay_;
    if (!session_.empty() && message.structured_data.empty())
      message.has_structured_data = message.structured_data.parse(session_) > 0;
    take_content(at, message);
  }

 private:
  enum class Piece : std::uint8_t { none, some, end };

  Piece read_piece() noexcept {
    skip_mark_of_tag();
    const char c = at_.peek();
    if (c == '%' && at_.peek(1) == '$') return read_vdc_piece();
    if (c == '%') return read_tag() ? Piece::end : Piece::none;
    if (c == ':' && at_.peek(1) != ':') return read_lone_colon();
    if (c == '[') return read_session() ? Piece::some : Piece::none;
    if (is_digit(c)) {
      if (read_counter()) return Piece::some;
      if (read_time() || read_node()) return Piece::some;
    } else if (c == '*' || c == '.') {
      return read_time() || read_task() ? Piece::some : Piece::none;
    } else if (is_upper(c) || is_lower(c)) {
      if (read_time() || (is_upper(c) && read_node())) return Piece::some;
    }
    // A relay took the time away that stood between node and process.
    if (!node_.empty() && has_outer_time_ && process_.empty() && !refused_ && read_process())
      return Piece::some;
    return read_word() ? Piece::some : Piece::none;
  }

  // "*%LWAPP-3-…": a wireless controller without a task.
  void skip_mark_of_tag() noexcept {
    if (at_.peek() == '*' && at_.peek(1) == '%') at_.skip();
  }

  // Behind the device's own time: a process (IOS-XR), a host, or the text of a message without tag.
  bool read_behind_time() noexcept {
    read_pieces_behind_time();
    return tag_ || is_device_time();
  }

  // "Oct 11 22:14:15 myapp: text" is RFC 3164 without a host: a word that could be a zone needs a
  // tag behind it or something else that only devices write.
  [[nodiscard]] bool is_device_time() const noexcept {
    return time_.zone != SyslogTime::Zone::name || counters_ > 0 || has_word_ || !node_.empty() ||
           time_.digits > 0 || time_.year_first || time_.clock != SyslogTime::Clock::unmarked;
  }

  void read_pieces_behind_time() noexcept {
    at_.skip_blanks();
    skip_mark_of_tag();
    if (at_.peek() == '%') {
      if (read_vdc()) at_.skip_blanks();
      read_tag();
      return;
    }
    if (!node_.empty()) {
      read_process();
      at_.skip_blanks();
      read_tag();
      return;
    }
    // "mydevice %CRYPTO-4-…", "proc[12]: %OS-…": only if the tag follows.
    auto ahead = *this;
    if (is_digit(at_.peek()) && ahead.read_counter()) {
      ahead.at_.skip_blanks();
      if (ahead.read_tag()) *this = ahead;
      return;
    }
    if (ahead.read_process()) {
      ahead.at_.skip_blanks();
      if (ahead.read_tag()) *this = ahead;
      return;
    }
    auto word = take_word(ahead.at_);
    ahead.at_.skip_blanks();
    if (ahead.at_.peek() == ':') ahead.at_.skip();
    ahead.at_.skip_blanks();
    if (word.empty() || word.size() > max_word || !ahead.read_tag()) return;
    if (word.ends_with(':')) word.remove_suffix(1);
    *this = ahead;
    device_host_ = word;
  }

  bool read_tag() noexcept {
    const auto length = at_.peek() == '%' ? scan_tag(at_.rest(), tag_) : 0;
    at_.skip(length);
    return length > 0;
  }

  // "%$ VDC-1 %$"
  bool read_vdc() noexcept {
    if (at_.peek() != '%' || at_.peek(1) != '$') return false;
    auto ahead = at_;
    ahead.skip(2);
    ahead.skip_blanks();
    take_word(ahead);
    ahead.skip_blanks();
    if (!ahead.take("%$")) return false;
    at_ = ahead;
    return has_vdc_ = true;
  }

  // "[syslog@9 s_sn="5" s_id="sw1:514"]:"
  bool read_session() noexcept {
    auto ahead = at_;
    if (!ahead.take(session_element)) return false;
    ahead.take_while([](char c) { return c != ']'; });
    if (!ahead.take(']')) return false;
    session_ = at_.rest().substr(0, ahead.position() - at_.position());
    ahead.take(':');
    at_ = ahead;
    return true;
  }

  // Only a tag or a time can follow the context; any other text ends the header.
  Piece read_vdc_piece() noexcept {
    if (!read_vdc()) return Piece::none;
    auto behind = at_;
    behind.skip_blanks();
    return behind.peek() == '%' || begins_like_time(behind.rest()) ? Piece::some : Piece::end;
  }

  // IOS and NX-OS leave the colon of a counter that is switched off; a colon behind the word or the
  // time belongs to that.
  Piece read_lone_colon() noexcept {
    if (!is_word_end(at_.peek(1)) && at_.peek(1) != '\0' && has_word_) return Piece::none;
    at_.skip();
    if (word_.empty())
      begins_with_colon_ = true;
    else
      word_has_colon_ = true;
    return Piece::some;
  }

  bool read_counter() noexcept {
    auto ahead = at_;
    const auto digits = ahead.take_while(is_digit);
    ahead.skip_blanks();
    if (digits.size() > 19 || !ahead.take(':')) return false;
    const char next = ahead.peek();
    if (!is_word_end(next) && next != '%' && next != '*' && next != '.' &&
        (!is_alpha(next) || !begins_like_time(ahead.rest())))
      return false;
    if (counters_ == 2) return false;
    counter_[counters_++] = digits;
    counter_last_ = true;
    at_ = ahead;
    return true;
  }

  // A time that cannot stand here is not a word either: refused_ ends the reading.
  bool read_time() noexcept {
    SyslogTime time;
    const auto length = scan_time_here(time);
    if (length == 0) return false;
    refused_ = true;
    auto ahead = at_;
    ahead.skip(length);
    if (time.kind == SyslogTime::Kind::date && !time.iso) ahead.skip(scan_zone(ahead.rest(), time));
    if (ahead.peek() == '.' && is_word_end(ahead.peek(1))) ahead.skip();
    auto behind = ahead;
    behind.skip_blanks();
    // "12:00:01:Text" is no header, "…UTC:%TAG" is.
    time.colon = behind.peek() == ':' && behind.peek(1) != ':';
    if (time.colon) {
      time.spaced_colon = behind.position() != ahead.position();
      behind.skip();
      time_ = time;
      at_ = behind;
      refused_ = false;
      return true;
    }
    if (time.kind != SyslogTime::Kind::date || (!is_word_end(ahead.peek()) && !ahead.at_end()))
      return false;
    // "12: sw1: Jan 17 14:32:15.123 %SYS-…": the tag ends it as well.
    VendorTag tag;
    if (counters_ > 0 && behind.peek() == '%' && scan_tag(behind.rest(), tag) > 0) {
      time.colon = true;
      time_ = time;
      at_ = behind;
      refused_ = false;
      return true;
    }
    if (read_host_behind(behind)) {
      time.colon = true;
      time_ = time;
      refused_ = false;
      return true;
    }
    // A relay's time: a host of its own follows, and the device's header after that.
    if (outer_time_ || counters_ > 0 || (!has_outer_time_ && !has_word_)) return false;
    outer_time_ = time;
    has_word_ = false;
    counter_last_ = false;
    refused_ = false;
    at_ = ahead;
    read_plain_zone(at_, outer_time_);
    return true;
  }

  // ": 2024 Jan 17 14:32:15 sw1: %TAG", "57: Jan 17 14:32:15 sw1 %TAG": behind a colon the time is
  // the device's, and so is the host.
  bool read_host_behind(TextCursor behind) noexcept {
    if (!begins_with_colon_ && counters_ == 0) return false;
    auto word = take_word(behind);
    behind.skip_blanks();
    if (word.ends_with(':'))
      word.remove_suffix(1);
    else if (behind.peek() == ':' && is_word_end(behind.peek(1)))
      behind.skip();
    behind.skip_blanks();
    // An offset that is none ("-74:") is no host either.
    const bool plausible = !word.empty() && word.size() <= max_word && is_host_like(word) &&
                           (is_alnum(word.front()) || word.front() == '_') &&
                           word.find_first_not_of("0123456789") != std::string_view::npos;
    VendorTag tag;
    if (!plausible || behind.peek() != '%' || scan_tag(behind.rest(), tag) == 0) return false;
    device_host_ = word;
    at_ = behind;
    return true;
  }

  std::size_t scan_time_here(SyslogTime& time) const noexcept {
    if (known_ != nullptr && at_.position() == known_->position) {
      if (known_->length > 0) time = known_->time;
      return known_->length;
    }
    return begins_like_time(at_.rest()) ? scan_time(at_.rest(), time) : 0;
  }

  bool read_node() noexcept {
    const auto length = scan_node(at_.rest());
    if (length == 0 || !node_.empty()) return false;
    node_ = at_.rest().substr(0, length - 1);
    at_.skip(length);
    return true;
  }

  // "*spamApTask1:"
  bool read_task() noexcept {
    if (at_.peek() != '*') return false;
    auto ahead = at_;
    ahead.skip();
    const auto name = ahead.take_while([](char c) { return is_alnum(c) || c == '_' || c == '-'; });
    if (name.empty() || !ahead.take(':')) return false;
    task_ = name;
    at_ = ahead;
    return true;
  }

  // "sysmgr[73]:", and behind a node also "sysmgr:".
  bool read_process() noexcept {
    auto ahead = at_;
    const auto name = ahead.take_while(
        [](char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.' || c == '/'; });
    std::string_view pid;
    if (ahead.take('[')) {
      pid = ahead.take_while(is_digit);
      if (pid.empty() || !ahead.take(']')) return false;
    } else if (node_.empty()) {
      return false;
    }
    if (!pid.empty()) ahead.skip_blanks();
    if (name.empty() || !ahead.take(':')) return false;
    process_ = name;
    pid_ = pid;
    at_ = ahead;
    return true;
  }

  // A host or an agent: with a colon, glued or behind a blank, or plain.
  bool read_word() noexcept {
    if (refused_) return false;
    auto ahead = at_;
    auto word = take_word(ahead);
    // "fw1:%ASA-…": nothing between the host and the tag.
    if (const auto glued = word.find(":%"); glued != std::string_view::npos) {
      word = word.substr(0, glued + 1);
      ahead = at_;
      ahead.skip(word.size());
    }
    if (word.empty() || word.size() > max_word || ahead.at_end()) return false;
    const char first = word.front();
    if (!is_alnum(first) && static_cast<unsigned char>(first) < 0x80 && first != '_' &&
        first != '<' && first != ':')
      return false;
    bool colon = word.ends_with(':');
    if (colon) word.remove_suffix(1);
    if (!is_host_like(word)) return false;
    if (!colon) {
      auto behind = ahead;
      behind.skip_blanks();
      colon = behind.peek() == ':' && (is_word_end(behind.peek(1)) || behind.peek(1) == '%');
      if (colon) {
        behind.skip();
        ahead = behind;
      } else if (++plain_words_ > max_plain_words) {
        return false;
      }
    } else if (++colon_words_ > 2) {
      return false;
    }
    if (!word_.empty()) relay_ = word_;
    word_ = word;
    has_word_ = true;
    word_has_colon_ = colon;
    counter_last_ = false;
    at_ = ahead;
    return true;
  }

  static bool is_host_like(std::string_view word) noexcept {
    for (const char c : word)
      if (c == '[' || c == '"' || c == '=' || c == '{' || c == ',' || c == ';' || c == '%')
        return false;
    return !word.empty();
  }

  TextCursor at_;
  const ScannedTime* known_;
  std::string_view counter_[2];
  std::string_view word_;
  std::string_view relay_;
  std::string_view node_;
  std::string_view task_;
  std::string_view process_;
  std::string_view pid_;
  std::string_view device_host_;
  std::string_view session_;
  SyslogTime time_;
  SyslogTime outer_time_;
  VendorTag tag_;
  int counters_ = 0;
  int plain_words_ = 0;
  int colon_words_ = 0;
  bool counter_last_ = false;
  bool has_word_ = false;
  bool word_has_colon_ = false;
  bool has_vdc_ = false;
  bool begins_with_colon_ = false;
  bool refused_ = false;
  bool has_outer_time_;
};

// What ends the first word, or the look at it.
constexpr std::array<bool, 256> first_word_ends = [] {
  std::array<bool, 256> ends{};
  for (const char c : {' ', '\t', '%', '[', '"', '='}) ends[static_cast<unsigned char>(c)] = true;
  return ends;
}();

// Says no to most messages of other systems after a look at their first word.
bool may_begin_header(std::string_view text) noexcept {
  TextCursor at(text);
  const char first = at.peek();
  if (first == '%' || first == ':' || first == '*' || first == '.' || is_digit(first)) return true;
  if (first == '[') return text.starts_with(session_element);
  std::size_t end = 0;
  while (end < text.size() && !first_word_ends[static_cast<unsigned char>(text[end])]) ++end;
  if (end < text.size() && text[end] == '%') return true;
  if (end < text.size() && !is_word_end(text[end])) return false;
  if (text.find('%', end) != std::string_view::npos) return true;
  // Without a tag there must be a time: a digit, a mark, a month, or a node and then a month.
  at.move_to(end);
  at.skip_blanks();
  const char next = at.peek();
  return is_digit(next) || next == '*' || next == '.' || next == ':' || is_upper(next) ||
         text.substr(0, end).find('/') != std::string_view::npos || begins_like_time(text);
}

// By itself, so that a no costs no room for the pieces.
[[gnu::noinline]] bool read_pieces(TextCursor& at, SyslogMessage& message,
                                   const ScannedTime* known) noexcept {
  DeviceHeader header(at, static_cast<bool>(message.time), known);
  if (!header.read()) return false;
  header.store(at, message);
  return true;
}

}  // namespace

bool read_device_header(TextCursor& at, SyslogMessage& message, const ScannedTime* known) noexcept {
  return may_begin_header(at.rest()) && read_pieces(at, message, known);
}

}  // namespace netlogd::wire
