#include "config/yaml_tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>

namespace netlogd::config {
namespace {

constexpr std::size_t max_text = 64 * 1024;  // of one scalar

// Ends the parse from inside a handler; never leaves read_yaml.
struct Refused {
  int line;
  std::string sentence;
};

int line_of(const YAML::Mark& mark) noexcept { return mark.is_null() ? 1 : mark.line + 1; }

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const std::string& file, Faults& faults) : file_(file), faults_(faults) {}

  [[nodiscard]] YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(YamlNode{.kind = YamlNode::Kind::null, .line = line_of(mark)}, anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) throw Refused{line_of(mark), "an alias of something around it"};
    add(known->second, 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    if (value.size() > max_text)
      throw Refused{line_of(mark), fmt::format("a value of more than {} characters", max_text)};
    add(YamlNode{.kind = YamlNode::Kind::scalar, .line = line_of(mark), .text = value}, anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  // A list or map that is not closed yet.
  struct Frame {
    YamlNode node;
    YAML::anchor_t anchor = 0;
    bool has_key = false;
    YamlMember pending;
  };

  static void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!" || tag.starts_with("tag:yaml.org,2002:")) return;
    throw Refused{line_of(mark), fmt::format("the tag {} is not known here", tag)};
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    refuse_tag(mark, tag);
    if (stack_.size() == max_yaml_depth)
      throw Refused{line_of(mark), fmt::format("more than {} levels deep", max_yaml_depth)};
    stack_.push_back({YamlNode{.kind = kind, .line = line_of(mark)}, anchor, false, {}});
  }

  void close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    total_ -= frame.node.size - 1;  // counted again by add(), as a whole
    add(std::move(frame.node), frame.anchor);
  }

  void add(YamlNode node, YAML::anchor_t anchor) {
    total_ += node.size;
    if (total_ > max_yaml_nodes)
      throw Refused{node.line, fmt::format("more than {} values", max_yaml_nodes)};
    if (anchor != 0) {
      anchored_ += node.size;
      if (anchored_ > max_yaml_nodes)
        throw Refused{node.line, fmt::format("more than {} values in anchors", max_yaml_nodes)};
      anchors_[anchor] = node;
    }
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = stack_.back();
    if (frame.node.is(YamlNode::Kind::list)) {
      frame.node.size += node.size;
      frame.node.items.push_back(std::move(node));
    } else if (!frame.has_key) {
      begin_member(frame, std::move(node));
    } else {
      end_member(frame, std::move(node));
    }
  }

  void begin_member(Frame& frame, YamlNode key) {
    if (!key.is(YamlNode::Kind::scalar))
      throw Refused{key.line, fmt::format("a key must be a word, this one is {}", kind_word(key))};
    frame.pending = {std::move(key.text), key.line, {}};
    frame.has_key = true;
  }

  void end_member(Frame& frame, YamlNode value) {
    frame.has_key = false;
    if (const auto* earlier = find_member(frame.node, frame.pending.key)) {
      faults_.push_back(
          {file_, frame.pending.line,
           fmt::format("{}: stands twice, first on line {}", frame.pending.key, earlier->line)});
      return;
    }
    // Bound for the search above: a map of this many keys is none of ours.
    if (frame.node.members.size() == max_members)
      throw Refused{frame.pending.line, fmt::format("more than {} keys", max_members)};
    frame.pending.value = std::move(value);
    frame.node.size += 1 + frame.pending.value.size;
    total_ += 1;
    frame.node.members.push_back(std::move(frame.pending));
  }

  static const YamlMember* find_member(const YamlNode& map, std::string_view key) noexcept {
    for (const auto& member : map.members)
      if (member.key == key) return &member;
    return nullptr;
  }

  static constexpr std::size_t max_members = 1000;

  const std::string& file_;
  Faults& faults_;
  YamlNode root_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, YamlNode> anchors_;
  std::size_t total_ = 0;     // nodes in the tree
  std::size_t anchored_ = 0;  // nodes kept for aliases
};

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const noexcept {
  for (const auto& member : members)
    if (member.key == key) return &member.value;
  return nullptr;
}

std::optional<YamlNode> read_yaml(const NamedText& file, Faults& faults) {
  try {
    std::istringstream stream(file.text);
    YAML::Parser parser(stream);
    TreeBuilder builder(file.name, faults);
    if (!parser.HandleNextDocument(builder)) return YamlNode{};
    YamlNode root = builder.take();
    TreeBuilder second(file.name, faults);
    if (parser.HandleNextDocument(second)) {
      faults.push_back({file.name, second.take().line,
                        "a second document (after ---); one is all that is read"});
      return std::nullopt;
    }
    return root;
  } catch (const Refused& refused) {
    faults.push_back({file.name, refused.line, refused.sentence});
  } catch (const YAML::Exception& error) {
    faults.push_back({file.name, line_of(error.mark), "no valid YAML: " + error.msg});
  } catch (const std::exception& error) {
    faults.push_back({file.name, 1, std::string("no valid YAML: ") + error.what()});
  }
  return std::nullopt;
}

std::string_view kind_word(const YamlNode& node) noexcept {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::scalar:
      return "a value";
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::map:
      return "a map of keys";
  }
  return "nothing";
}

}  // namespace netlogd::config
