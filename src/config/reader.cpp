#include "config/reader.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "config/units.hpp"
#include "netlogd/core/nearest_word.hpp"
#include "netlogd/core/text_cursor.hpp"

namespace netlogd::config {
namespace {

constexpr std::size_t max_quoted = 80;
constexpr std::size_t max_list = 10'000;

std::string quoted(std::string_view text) {
  if (text.size() <= max_quoted) return fmt::format("\"{}\"", text);
  return fmt::format("\"{}…\"", text.substr(0, max_quoted));
}

std::optional<bool> parse_boolean(std::string_view text) {
  std::string lower;
  for (const char c : text.substr(0, 8)) lower += to_lower(c);
  if (lower == "true" || lower == "yes" || lower == "on") return true;
  if (lower == "false" || lower == "no" || lower == "off") return false;
  return std::nullopt;
}

// RFC 5425, 4.2.2 writes "sha-256:E1:2D:…"; also taken: "sha256:", no colons, no name at all.
std::optional<std::string> parse_fingerprint(std::string_view text) {
  TextCursor cursor(text);
  for (const std::string_view name : {"sha-256:", "SHA-256:", "sha256:", "SHA256:"})
    if (cursor.take(name)) break;
  std::string hex;
  for (const char c : cursor.rest()) {
    if (c == ':') continue;
    if (!is_hex(c) || hex.size() == 64) return std::nullopt;
    hex += to_lower(c);
  }
  if (hex.size() != 64) return std::nullopt;
  return "sha-256:" + hex;
}

class ValueReader {
 public:
  ValueReader(const YamlNode& node, const Place& place, const FaultSink& sink)
      : node_(node), place_(place), sink_(sink) {}

  void operator()(bool* value) const {
    if (!has_text("true or false")) return;
    if (const auto parsed = parse_boolean(node_.text))
      *value = *parsed;
    else
      complain(fmt::format("{} is neither true nor false", quoted(node_.text)));
  }
  void operator()(std::uint64_t* value) const {
    if (const auto parsed = number()) *value = *parsed;
  }
  void operator()(std::uint16_t* value) const {
    if (const auto parsed = number()) *value = static_cast<std::uint16_t>(*parsed);
  }
  void operator()(milliseconds* value) const {
    if (const auto parsed = number()) *value = milliseconds(static_cast<std::int64_t>(*parsed));
  }
  void operator()(std::string* value) const {
    if (!has_text("a text")) return;
    if (node_.text.empty()) return complain("is empty");
    if (node_.text.find('\0') != std::string::npos) return complain("holds a NUL character");
    *value = node_.text;
  }
  void operator()(IpAddress* value) const {
    if (!has_text("an address")) return;
    if (const auto parsed = IpAddress::parse(node_.text))
      *value = *parsed;
    else
      complain(fmt::format("{} is no IPv4 or IPv6 address", quoted(node_.text)));
  }
  void operator()(Protocol* value) const { word(value, protocol_names); }
  void operator()(Transport* value) const { word(value, transport_names); }
  void operator()(LogLevel* value) const { word(value, log_level_names); }
  void operator()(std::vector<IpPrefix>* value) const {
    each_text([&](const YamlNode& item) {
      if (const auto parsed = IpPrefix::parse(item.text))
        value->push_back(*parsed);
      else
        complain(item.line, fmt::format("{} is no address and no prefix (like 10.0.0.0/8)",
                                        quoted(item.text)));
    });
  }
  void operator()(std::vector<std::string>* value) const {
    const bool fingerprints = place_.key.ends_with("fingerprints");
    each_text([&](const YamlNode& item) {
      if (!fingerprints) {
        if (item.text.empty())
          complain(item.line, "has an empty item");
        else
          value->push_back(item.text);
      } else if (auto parsed = parse_fingerprint(item.text)) {
        value->push_back(std::move(*parsed));
      } else {
        complain(item.line,
                 fmt::format(
                     "{} is no SHA-256 fingerprint (sha-256: and 32 octets in hexadecimal digits)",
                     quoted(item.text)));
      }
    });
  }
  template <typename T>
  void operator()(PerStream<T>* values) const {
    if (!node_.is(YamlNode::Kind::map)) {
      (*this)(values->data());
      values->fill(values->front());
      return;
    }
    for (const auto& member : node_.members) {
      Place place = place_;
      place.key += "." + member.key;
      std::size_t i = 0;
      while (i < stream_count && stream_names[i] != member.key) ++i;
      if (i == stream_count) {
        sink_.add(member.line, fmt::format("{}: unknown key, the nearest is \"{}\"", place.key,
                                           nearest_word(member.key, stream_names)));
        continue;
      }
      ValueReader(member.value, place, sink_)(values->data() + i);
    }
  }

 private:
  void complain(int line, std::string_view what) const {
    sink_.add(line, fmt::format("{}: {}", place_.key, what));
  }
  void complain(std::string_view what) const { complain(node_.line, what); }

  bool has_text(std::string_view wanted) const {
    if (node_.is(YamlNode::Kind::scalar)) return true;
    if (node_.is(YamlNode::Kind::null))
      complain("has no value");
    else
      complain(fmt::format("is {}, it should be {}", kind_word(node_), wanted));
    return false;
  }

  [[nodiscard]] std::optional<std::uint64_t> parsed_number() const {
    switch (place_.form) {
      case Form::size:
        return parse_size(node_.text);
      case Form::rate:
        return parse_rate(node_.text);
      case Form::duration:
        if (const auto parsed = parse_duration(node_.text))
          return static_cast<std::uint64_t>(parsed->count());
        return std::nullopt;
      default:
        return parse_whole(node_.text);
    }
  }

  [[nodiscard]] std::string_view example() const {
    switch (place_.form) {
      case Form::size:
        return "size (like 64KiB, 500MiB or 1GiB)";
      case Form::rate:
        return "rate (like 10000/s)";
      case Form::duration:
        return "duration (like 500ms, 10s, 5m, 1h or 30d)";
      default:
        return "whole number";
    }
  }

  [[nodiscard]] std::optional<std::uint64_t> number() const {
    if (!has_text(fmt::format("a {}", example()))) return std::nullopt;
    if (!place_.zero.empty() && (node_.text == place_.zero || node_.text == "0")) return 0;
    const auto parsed = parsed_number();
    if (!parsed) {
      complain(fmt::format("{} is no {}{}", quoted(node_.text), example(),
                           place_.zero.empty() ? "" : fmt::format(" and not \"{}\"", place_.zero)));
      return std::nullopt;
    }
    if (*parsed < place_.least || *parsed > place_.most) {
      complain(
          fmt::format("{} is out of range ({})", node_.text,
                      range_text(place_.form, place_.least, place_.most, place_.zero, Target{})));
      return std::nullopt;
    }
    return parsed;
  }

  template <typename Word, std::size_t count>
  void word(Word* value, const std::array<std::string_view, count>& names) const {
    if (!has_text("a word")) return;
    for (std::size_t i = 0; i < count; ++i) {
      if (node_.text != names[i]) continue;
      *value = static_cast<Word>(i);
      return;
    }
    complain(fmt::format("{} is not known, the nearest is \"{}\"", quoted(node_.text),
                         nearest_word(node_.text, names)));
  }

  // A list of texts, or one text alone.
  template <typename Take>
  void each_text(Take&& take) const {
    if (node_.is(YamlNode::Kind::scalar)) return take(node_);
    if (!node_.is(YamlNode::Kind::list)) {
      has_text("a list");
      return;
    }
    if (node_.items.size() > max_list)
      return complain(fmt::format("has more than {} items", max_list));
    for (const auto& item : node_.items) {
      if (item.is(YamlNode::Kind::scalar))
        take(item);
      else
        complain(item.line, fmt::format("has {} where a text should be", kind_word(item)));
    }
  }

  const YamlNode& node_;
  const Place& place_;
  const FaultSink& sink_;
};

}  // namespace

void read_value(const YamlNode& node, const Place& place, const Target& target,
                const FaultSink& sink) {
  std::visit(ValueReader(node, place, sink), target);
}

}  // namespace netlogd::config
