// What a decoder keeps over a restart, as lines of text that end in their own checksum:
//   netlogd-flow-state 1
//   source ADDRESS VERSION DOMAIN PROVEN           PROVEN: 1 when its data were decoded
//   sampling INTERVAL | sampler ID INTERVAL | interface-sampling INDEX INTERVAL | init MILLISECONDS
//   template ID KIND SCOPES RECEIVED FIELD…        KIND: data, options; FIELD:
//   [ENTERPRISE.]NUMBER:LENGTH names ADDRESS SAMPLING interface INDEX HEX | application ID HEX HEX:
//   the name's octets end CHECKSUM
// A line of a source or of names belongs to the last `source` or `names` above it.

#include <charconv>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "netlogd/core/text_cursor.hpp"
#include "parse/flow_decoder.hpp"

namespace netlogd::parse {
namespace {

constexpr std::string_view first_line = "netlogd-flow-state 1\n";
constexpr std::string_view last_word = "end ";

// FNV-1a: against torn and edited files, not against forgers, who cannot write here.
std::uint64_t checksum(std::string_view text) noexcept {
  std::uint64_t sum = 0xcbf29ce484222325ULL;
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return sum;
}

void put(std::string& out, std::string_view word) { out.append(word); }
void put(std::string& out, std::uint64_t number) {
  out += ' ';
  out += std::to_string(number);
}

void put_hex(std::string& out, std::string_view octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += ' ';
  for (const char c : octets) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15U];
  }
}

void put_template(std::string& out, const wire::FlowTemplate& compiled) {
  const auto& definition = compiled.definition();
  put(out, "template");
  put(out, definition.id);
  put(out, definition.options ? " options" : " data");
  put(out, definition.scope_fields);
  const auto received =
      std::chrono::floor<std::chrono::seconds>(compiled.received).time_since_epoch().count();
  put(out, static_cast<std::uint64_t>(received > 0 ? received : 0));
  for (const auto& field : definition.fields) {
    out += ' ';
    if (field.enterprise != 0) out.append(std::to_string(field.enterprise)) += '.';
    out.append(std::to_string(field.number)).append(":").append(std::to_string(field.length));
  }
  out += '\n';
}

struct Line {
  enum class Kind : std::uint8_t {
    source,
    sampling,
    sampler,
    interface_sampling,
    init,
    format,
    names,
    interface,
    application
  };
  Kind kind = Kind::source;
  IpAddress address;
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  std::uint64_t third = 0;
  std::string name;
  wire::TemplateDefinition definition;
};

// Reads one line; every word must be there and fit.
class LineReader {
 public:
  explicit LineReader(std::string_view line) noexcept : cursor_(line) {}

  bool read(Line& line) {
    const auto kind = word();
    if (kind == "source") return read_source(line);
    if (kind == "template") return read_template(line);
    if (kind == "names")
      return set(line, Line::Kind::names) && address(line.address) &&
             number(line.first, UINT64_MAX) && at_end();
    if (kind == "sampling")
      return set(line, Line::Kind::sampling) && number(line.first, UINT64_MAX) && at_end();
    if (kind == "init")
      return set(line, Line::Kind::init) && number(line.first, UINT64_MAX) && at_end();
    if (kind == "sampler") return set(line, Line::Kind::sampler) && pair(line);
    if (kind == "interface-sampling")
      return set(line, Line::Kind::interface_sampling) && pair(line);
    if (kind == "interface") return set(line, Line::Kind::interface) && name(line);
    if (kind == "application") return set(line, Line::Kind::application) && name(line);
    return false;
  }

 private:
  static bool set(Line& line, Line::Kind kind) noexcept {
    line.kind = kind;
    return true;
  }
  bool at_end() const noexcept { return cursor_.at_end(); }
  std::string_view word() noexcept {
    (void)cursor_.take(' ');
    return cursor_.take_while([](char c) { return c != ' '; });
  }
  static bool to_number(std::string_view text, std::uint64_t& value, std::uint64_t most) noexcept {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && !text.empty() && end == text.data() + text.size() &&
           value <= most;
  }
  bool number(std::uint64_t& value, std::uint64_t most) noexcept {
    return to_number(word(), value, most);
  }
  bool address(IpAddress& value) noexcept {
    const auto parsed = IpAddress::parse(word());
    if (parsed) value = *parsed;
    return parsed.has_value();
  }
  bool pair(Line& line) noexcept {
    return number(line.first, UINT64_MAX) && number(line.second, UINT64_MAX) && at_end();
  }
  bool name(Line& line) {
    if (!number(line.first, UINT64_MAX)) return false;
    const auto hex = word();
    if (hex.size() % 2 != 0 || hex.size() > 2 * FlowNames::max_name || !at_end()) return false;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
      unsigned octet = 0;
      const auto [end, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, octet, 16);
      if (error != std::errc() || end != hex.data() + i + 2) return false;
      line.name += static_cast<char>(octet);
    }
    return true;
  }
  bool read_source(Line& line) noexcept {
    return set(line, Line::Kind::source) && address(line.address) && number(line.first, 0xffff) &&
           number(line.second, 0xffff'ffffU) && number(line.third, 1) && at_end();
  }
  bool read_template(Line& line) {
    line.kind = Line::Kind::format;
    std::uint64_t id = 0;
    std::uint64_t scopes = 0;
    if (!number(id, 0xffff) || id < wire::first_data_set) return false;
    const auto kind = word();
    if (kind != "data" && kind != "options") return false;
    if (!number(scopes, wire::TemplateDefinition::max_fields) || !number(line.second, 0xffff'ffffU))
      return false;
    line.definition.id = static_cast<std::uint16_t>(id);
    line.definition.options = kind == "options";
    line.definition.scope_fields = static_cast<std::uint16_t>(scopes);
    while (!at_end()) {
      if (!read_field(word(), line.definition)) return false;
    }
    return scopes <= line.definition.fields.size();
  }
  static bool read_field(std::string_view text, wire::TemplateDefinition& definition) {
    if (definition.fields.size() == wire::TemplateDefinition::max_fields) return false;
    std::uint64_t enterprise = 0;
    std::uint64_t element = 0;
    std::uint64_t length = 0;
    if (const auto dot = text.find('.'); dot != std::string_view::npos) {
      if (!to_number(text.substr(0, dot), enterprise, 0xffff'ffffU)) return false;
      text.remove_prefix(dot + 1);
    }
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return false;
    if (!to_number(text.substr(0, colon), element, 0xffff) ||
        !to_number(text.substr(colon + 1), length, 0xffff))
      return false;
    definition.fields.push_back({static_cast<std::uint32_t>(enterprise),
                                 static_cast<std::uint16_t>(element),
                                 static_cast<std::uint16_t>(length)});
    return true;
  }

  TextCursor cursor_;
};

Result<std::vector<Line>> read_lines(std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t line_number = 2; !text.empty(); ++line_number) {
    const auto end = text.find('\n');
    Line line;
    if (end == std::string_view::npos || !LineReader(text.substr(0, end)).read(line))
      return Error{Errc::corrupt,
                   "saved flow state: line " + std::to_string(line_number) + " does not read"};
    lines.push_back(std::move(line));
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace

std::string FlowDecoder::save() {
  std::string out(first_line);
  sources_.for_each([&](const FlowSource& source) {
    const auto& sampling = source.sampling;
    const bool says_something = source.templates.size() > 0 || sampling.interval() != 0 ||
                                !sampling.samplers().empty() || !sampling.interfaces().empty() ||
                                source.system_init_ms;
    if (!says_something) return;
    put(out, "source " + source.key.exporter.text());
    put(out, source.key.version);
    put(out, source.key.domain);
    put(out, std::uint64_t{source.standing != Standing::unproven});
    out += '\n';
    const auto line = [&out](std::string_view word, auto... numbers) {
      put(out, word);
      (put(out, std::uint64_t{numbers}), ...);
      out += '\n';
    };
    if (sampling.interval() != 0) line("sampling", sampling.interval());
    for (const auto& [id, interval] : sampling.samplers()) line("sampler", id, interval);
    for (const auto& [index, interval] : sampling.interfaces())
      line("interface-sampling", index, interval);
    if (source.system_init_ms) line("init", *source.system_init_ms);
    for (auto at = source.templates.all().rbegin(); at != source.templates.all().rend(); ++at)
      put_template(out, **at);
  });
  for (auto at = names_.all().rbegin(); at != names_.all().rend(); ++at) {
    put(out, "names " + at->exporter.text());
    put(out, at->sampling);
    out += '\n';
    const auto lines = [&out](std::string_view word, const auto& names) {
      for (const auto& [key, name] : names) {
        put(out, word);
        put(out, key);
        put_hex(out, name);
        out += '\n';
      }
    };
    lines("interface", at->interfaces);
    lines("application", at->applications);
  }
  const auto sum = checksum(out);
  out.append(last_word).append(std::to_string(sum)).append("\n");
  return out;
}

Result<void> FlowDecoder::restore(std::string_view saved,
                                  const std::function<bool(const IpAddress&)>& mine) {
  const auto tail = saved.rfind("\nend ");
  if (!saved.starts_with(first_line) || tail == std::string_view::npos)
    return Error{Errc::corrupt, "saved flow state: not of this version, or torn"};
  const auto body = saved.substr(0, tail + 1);
  if (saved.substr(tail + 1) != std::string(last_word) + std::to_string(checksum(body)) + "\n")
    return Error{Errc::corrupt, "saved flow state: the checksum does not agree"};
  auto lines = read_lines(body.substr(first_line.size()));
  if (!lines) return lines.error();

  FlowSource* source = nullptr;
  const IpAddress* named = nullptr;
  for (auto& line : *lines) {
    switch (line.kind) {
      case Line::Kind::source:
        source = nullptr;
        if (!mine || mine(line.address))
          source = &sources_.touch({line.address, static_cast<std::uint32_t>(line.second),
                                    static_cast<std::uint16_t>(line.first)},
                                   false);
        if (source != nullptr && line.third != 0) sources_.prove(*source);
        break;
      case Line::Kind::names:
        named = !mine || mine(line.address) ? &line.address : nullptr;
        if (named != nullptr && line.first != 0) names_.set_sampling(*named, line.first);
        break;
      case Line::Kind::sampling:
        if (source != nullptr) source->sampling.set(line.first);
        break;
      case Line::Kind::sampler:
        if (source != nullptr) {
          const auto before = source->sampling.bytes();
          source->sampling.set_sampler(line.first, line.second);
          sources_.account_sampling(*source, before);
        }
        break;
      case Line::Kind::interface_sampling:
        if (source != nullptr) {
          const auto before = source->sampling.bytes();
          source->sampling.set_interface(line.first, line.second);
          sources_.account_sampling(*source, before);
        }
        break;
      case Line::Kind::init:
        if (source != nullptr) source->system_init_ms = line.first;
        break;
      case Line::Kind::format: {
        if (source == nullptr) break;
        const auto* known = source->templates.peek(line.definition.id);
        const TimePoint received(std::chrono::seconds(line.second));
        if (known != nullptr && known->received > received) break;
        auto compiled = wire::FlowTemplate::compile(std::move(line.definition), tables_->elements);
        if (compiled == nullptr) break;
        compiled->received = received;
        sources_.put_template(*source, std::move(compiled));
        break;
      }
      case Line::Kind::interface:
        if (named != nullptr) names_.set_interface(*named, line.first, line.name);
        break;
      case Line::Kind::application:
        if (named != nullptr) names_.set_application(*named, line.first, line.name);
        break;
    }
  }
  return {};
}

// The store gives its templates back compiled anew; what it has no other way to know (when they
// were received, in which order they were used) stays.
void FlowDecoder::use(std::shared_ptr<const FlowTables> tables) {
  tables_ = std::move(tables);
  std::vector<SourceKey> keys;
  sources_.for_each([&keys](const FlowSource& source) { keys.push_back(source.key); });
  for (const auto& key : keys) {
    auto* source = sources_.find(key);
    if (source == nullptr) continue;  // has just given way to another
    std::vector<std::pair<wire::TemplateDefinition, TimePoint>> definitions;
    for (auto at = source->templates.all().rbegin(); at != source->templates.all().rend(); ++at)
      definitions.emplace_back((*at)->definition(), (*at)->received);
    for (auto& [definition, received] : definitions) {
      auto compiled = wire::FlowTemplate::compile(std::move(definition), tables_->elements);
      compiled->received = received;
      sources_.put_template(*source, std::move(compiled));
    }
  }
}

}  // namespace netlogd::parse
