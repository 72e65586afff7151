// A YAML document as a tree that knows the line of everything and cannot grow without bound.
// Aliases are written out; nothing is interpreted: a scalar is its text.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "netlogd/config/fault.hpp"
#include "netlogd/core/named_text.hpp"

namespace netlogd::config {

struct YamlMember;

struct YamlNode {
  enum class Kind : std::uint8_t { null, scalar, list, map };
  Kind kind = Kind::null;
  int line = 1;
  std::string text;                 // scalar
  std::vector<YamlNode> items;      // list
  std::vector<YamlMember> members;  // map, in the order of the file, each key once
  std::size_t size = 1;             // nodes in here, itself included

  [[nodiscard]] bool is(Kind wanted) const noexcept { return kind == wanted; }
  [[nodiscard]] const YamlNode* find(std::string_view key) const noexcept;
};

struct YamlMember {
  std::string key;
  int line = 1;
  YamlNode value;
};

constexpr std::size_t max_yaml_depth = 32;
constexpr std::size_t max_yaml_nodes = 100'000;

// Nothing when the text is no YAML or passes a bound; the faults then say why. A key that stands
// twice is a fault too, but the tree is there. An empty text is a null node.
[[nodiscard]] std::optional<YamlNode> read_yaml(const NamedText& file, Faults& faults);

// `a map`, `a list`, … for sentences.
[[nodiscard]] std::string_view kind_word(const YamlNode& node) noexcept;

}  // namespace netlogd::config
