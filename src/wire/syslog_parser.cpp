#include "netlogd/wire/syslog_parser.hpp"

#include <array>
#include <vector>

#include "known_header.hpp"
#include "netlogd/core/text_hash.hpp"
#include "syslog_grammar.hpp"

namespace netlogd::wire {

class HeaderMemory {
 public:
  HeaderMemory() : sets_(set_count) {}

  void parse(std::string_view text, SyslogMessage& message) {
    TextCursor at({});
    begin_message(text, at, message);
    if (!shape_.read(at.rest(), message.has_priority)) return read_behind_priority(at, message);
    const char* const begin = at.rest().data();
    const auto hash = text_hash(shape_.key());
    auto& set = sets_[hash % set_count];
    const auto tag = static_cast<std::uint32_t>(hash >> 32) | 1U;
    for (std::size_t way = 0; way < ways; ++way) {
      if (set.tags[way] != tag || !set.headers[way].is(shape_.key())) continue;
      if (!set.headers[way].is_usable()) return read_behind_priority(at, message);
      // What was filled before it said no is cleared.
      if (!set.headers[way].apply(begin, message)) parse_syslog(text, message);
      return;
    }
    read_behind_priority(at, message);
    if (set.headers == nullptr) set.headers = std::make_unique<KnownHeader[]>(ways);
    const auto way = set.next++ % ways;
    set.headers[way].learn(shape_, begin, message, ++learned_);
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
  std::uint64_t learned_ = 0;
};

SyslogParser::SyslogParser() : memory_(std::make_unique<HeaderMemory>()) {}
SyslogParser::SyslogParser(SyslogParser&&) noexcept = default;
SyslogParser& SyslogParser::operator=(SyslogParser&&) noexcept = default;
SyslogParser::~SyslogParser() = default;

void SyslogParser::parse(std::string_view text, SyslogMessage& message) {
  memory_->parse(text, message);
}

}  // namespace netlogd::wire
