#include "netlogd/wire/framing.hpp"

#include <algorithm>
#include <limits>

#include "netlogd/core/text_cursor.hpp"

namespace netlogd::wire {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t max_count_digits = 8;

enum class Lead : std::uint8_t { no_count, unfinished, sure, doubtful };

struct CountLead {
  Lead lead = Lead::no_count;
  std::size_t header = 0;  // digits and blank
  std::size_t count = 0;
};

enum class Priority : std::uint8_t { no, unfinished, yes };

// '<', one to three digits, '>'. Whether the number is a valid priority is for the parser to say.
Priority priority_at(std::string_view text) noexcept {
  if (text.empty()) return Priority::unfinished;
  if (text[0] != '<') return Priority::no;
  std::size_t at = 1;
  while (at < text.size() && at < 4 && is_digit(text[at])) ++at;
  if (at == text.size()) return Priority::unfinished;
  return at > 1 && text[at] == '>' ? Priority::yes : Priority::no;
}

CountLead read_count(std::string_view buffer, bool at_end) noexcept {
  CountLead lead;
  std::size_t at = 0;
  while (at < buffer.size() && at <= max_count_digits && is_digit(buffer[at]))
    lead.count = lead.count * 10 + static_cast<std::size_t>(buffer[at++] - '0');
  if (at == 0 || at > max_count_digits || buffer[0] == '0') return {};
  if (at == buffer.size()) return {at_end ? Lead::no_count : Lead::unfinished, 0, 0};
  if (buffer[at] != ' ' || lead.count > SyslogFramer::max_count) return {};
  lead.header = at + 1;
  const auto content = buffer.substr(lead.header, lead.count);
  const auto priority = priority_at(content);
  lead.lead = priority == Priority::yes ? Lead::sure : Lead::doubtful;
  const bool cut = !at_end && content.size() < lead.count;
  if (priority == Priority::unfinished && cut) lead.lead = Lead::unfinished;
  return lead;
}

// What may follow a counted frame: the next count, a line that begins with a priority, or a
// trailer.
constexpr bool begins_frame(char c) noexcept {
  return (c >= '1' && c <= '9') || c == '<' || c == '\n' || c == '\r' || c == '\0';
}

constexpr bool is_trailer(char c) noexcept { return c == '\r' || c == '\0'; }

std::uint32_t as_length(std::uint64_t length) noexcept {
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min(length, most));
}

}  // namespace

SyslogFramer::Step SyslogFramer::next(std::string_view buffer, bool at_end) const noexcept {
  const auto lead = read_count(buffer, at_end);
  switch (lead.lead) {
    case Lead::unfinished:
      return {};
    case Lead::sure:
      return counted_step(buffer, lead.header, lead.count, at_end);
    case Lead::doubtful:
      return doubtful_step(buffer, lead.header, lead.count, at_end);
    case Lead::no_count:
      break;
  }
  return text_step(buffer, at_end);
}

SyslogFramer::Step SyslogFramer::counted_step(std::string_view buffer, std::size_t header,
                                              std::size_t count, bool at_end) const noexcept {
  const auto wanted = std::min(count, limit_);
  const auto there = std::min(buffer.size() - header, wanted);
  if (there < wanted && !at_end) return {};
  return {.kind = there > 0 ? Kind::counted : Kind::nothing,
          .begin = header,
          .length = there,
          .consumed = header + there,
          .skip = count - wanted,
          .original_length = count > limit_ ? as_length(count) : 0};
}

// A number and a blank, but no priority behind them: a counted message without a priority, or a
// line that begins with a number. After a counted frame it is a count, unless a line ends inside it
// and what lies behind it cannot begin a frame. Otherwise it is a count only if no line ends inside
// it and a frame can begin behind it.
SyslogFramer::Step SyslogFramer::doubtful_step(std::string_view buffer, std::size_t header,
                                               std::size_t count, bool at_end) const noexcept {
  const auto content = buffer.substr(header, count);
  const bool has_line = content.find('\n') != npos;
  if (count > limit_ || (has_line && !counted_)) return text_step(buffer, at_end);
  if (content.size() < count) return at_end ? text_step(buffer, at_end) : Step{};
  if (!has_line && counted_) return counted_step(buffer, header, count, at_end);
  const auto behind = header + count;
  if (behind == buffer.size()) return at_end ? counted_step(buffer, header, count, at_end) : Step{};
  return begins_frame(buffer[behind]) ? counted_step(buffer, header, count, at_end)
                                      : text_step(buffer, at_end);
}

SyslogFramer::Step SyslogFramer::text_step(std::string_view buffer, bool at_end) const noexcept {
  auto line = buffer.substr(0, buffer.find('\n'));
  const bool has_end = line.size() < buffer.size();

  // The odd ends are looked for within the limit only, so that a long line needs no memory of them.
  // Whichever stands first counts, so that it is the same however the octets arrive.
  const auto window = line.substr(0, limit_);
  const auto nul = find_nul_end(window, buffer);
  if (const auto count = find_count(window.substr(0, nul)); count != npos)
    return line_step(line.substr(0, count), count);
  if (nul != npos) {
    auto step = line_step(line.substr(0, nul), nul + 1);
    step.nul_ended = true;
    return step;
  }
  if (has_end) return line_step(line, line.size() + 1);
  return at_end ? line_step(line, line.size()) : Step{};
}

SyslogFramer::Step SyslogFramer::line_step(std::string_view line,
                                           std::size_t consumed) const noexcept {
  while (!line.empty() && is_trailer(line.back())) line.remove_suffix(1);
  return {.kind = line.empty() ? Kind::nothing : Kind::text,
          .length = std::min(line.size(), limit_),
          .consumed = consumed,
          .original_length = line.size() > limit_ ? as_length(line.size()) : 0};
}

// A NUL that ends a line: every one of a sender that is known for it, else one in front of a '<'.
std::size_t SyslogFramer::find_nul_end(std::string_view window,
                                       std::string_view buffer) const noexcept {
  for (auto nul = window.find('\0'); nul != npos; nul = window.find('\0', nul + 1)) {
    if (nul_ends_) return nul;
    if (nul + 1 < buffer.size() && buffer[nul + 1] == '<') return nul;
  }
  return npos;
}

// A wrong count should cost one message, not the connection: where the text is what a wrong count
// left over, or itself begins with a number and a priority ("0 <13>…", "-1 <13>…"), it ends in
// front of the next number that is followed by a priority.
std::size_t SyslogFramer::find_count(std::string_view line) const noexcept {
  std::size_t from = 0;
  if (from < line.size() && line[from] == '-') ++from;
  while (from < line.size() && is_digit(line[from])) ++from;
  const bool bad_count = from > 0 && from + 1 < line.size() && line[from] == ' ' &&
                         priority_at(line.substr(from + 1)) == Priority::yes;
  if (bad_count)
    from += 2;
  else if (counted_ && !line.empty() && line[0] != '<')
    from = 1;
  else
    return npos;
  for (auto at = line.find('<', from); at != npos; at = line.find('<', at + 1)) {
    if (at < from + 2 || line[at - 1] != ' ' || !is_digit(line[at - 2])) continue;
    if (priority_at(line.substr(at)) != Priority::yes) continue;
    auto digits = at - 1;
    while (digits > from && is_digit(line[digits - 1])) --digits;
    while (digits < at - 1 && line[digits] == '0') ++digits;
    if (digits < at - 1 && at - 1 - digits <= max_count_digits) return digits;
  }
  return npos;
}

// The end of a line whose first part is in the tail and over the limit.
SyslogFramer::Step SyslogFramer::long_line_step(std::string_view data) const noexcept {
  const auto end = data.find('\n');
  if (end == npos) return {};
  std::uint64_t trailer = 0;
  while (trailer < end && is_trailer(data[end - trailer - 1])) ++trailer;
  if (trailer == end) trailer += long_trailer_;
  const auto length = long_length_ + end - trailer;
  return {.kind = length > 0 ? Kind::text : Kind::nothing,
          .length = static_cast<std::size_t>(std::min<std::uint64_t>(length, tail_.size())),
          .consumed = end + 1,
          .original_length = length > limit_ ? as_length(length) : 0};
}

void SyslogFramer::settle(const Step& step) noexcept {
  skip_ = step.skip;
  if (step.kind == Kind::counted) counted_ = true;
  if (step.kind == Kind::text) counted_ = false;
  if (step.nul_ended) nul_ends_ = true;
}

// The beginning of a frame waits in the tail. What is longer than any frame within the limit, with
// its count and the octet behind it, is a long line: the limit's worth is kept, the rest measured.
void SyslogFramer::keep(std::string_view rest) {
  if (tail_.empty() && rest.size() > limit_ + 16) {
    tail_.assign(rest.substr(0, limit_));
    grow_long_line(tail_);
    grow_long_line(rest.substr(limit_));
    return;
  }
  tail_.append(rest);
  if (tail_.size() <= limit_ + 16) return;
  grow_long_line(tail_);
  tail_.resize(limit_);
}

void SyslogFramer::grow_long_line(std::string_view rest) noexcept {
  std::uint64_t trailer = 0;
  while (trailer < rest.size() && is_trailer(rest[rest.size() - trailer - 1])) ++trailer;
  long_trailer_ = trailer == rest.size() ? long_trailer_ + trailer : trailer;
  long_length_ += rest.size();
}

void SyslogFramer::drop_tail() noexcept {
  constexpr std::size_t kept = 1024;
  tail_.clear();
  if (tail_.capacity() > kept) std::string().swap(tail_);
  long_length_ = long_trailer_ = 0;
}

}  // namespace netlogd::wire
