// libyaml gives one event after the other, so that an inventory of any size needs no tree. An alias
// of a text, a list or a map stands for what was anchored; its events are kept, bounded.

#include <fmt/format.h>
#include <yaml.h>

#include <map>
#include <memory>
#include <vector>

#include "enrich/inventory_builder.hpp"
#include "enrich/inventory_forms.hpp"

namespace netlogd::enrich {
namespace {

constexpr std::size_t max_kept_events = 100'000;  // in all anchors together

struct Kept {
  enum class Kind : std::uint8_t { scalar, map_start, map_end, list_start, list_end };
  Kind kind;
  std::string text;
  bool is_null = false;
};

class YamlReader {
 public:
  YamlReader(std::string_view text, InventoryBuilder& builder)
      : builder_(builder), walker_(builder) {
    ready_ = yaml_parser_initialize(&parser_) == 1;
    if (ready_)
      yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                   text.size());
  }
  ~YamlReader() {
    if (ready_) yaml_parser_delete(&parser_);
  }
  YamlReader(const YamlReader&) = delete;
  YamlReader& operator=(const YamlReader&) = delete;

  void read() {
    if (!ready_) return builder_.fault(1, "out of memory");
    while (step()) continue;
  }

 private:
  struct EventEnd {
    void operator()(yaml_event_t* event) const noexcept { yaml_event_delete(event); }
  };

  // One event; whether there is more to read.
  bool step() {
    yaml_event_t raw;
    if (yaml_parser_parse(&parser_, &raw) != 1) {
      builder_.fault(static_cast<int>(parser_.problem_mark.line) + 1,
                     fmt::format("no valid YAML: {}",
                                 parser_.problem != nullptr ? parser_.problem : "out of memory"));
      return false;
    }
    const std::unique_ptr<yaml_event_t, EventEnd> event(&raw);
    const int line = static_cast<int>(raw.start_mark.line) + 1;
    switch (raw.type) {
      case YAML_STREAM_END_EVENT:
        return false;
      case YAML_DOCUMENT_START_EVENT:
        if (++documents_ == 1) return true;
        builder_.fault(line, "a second document (after ---); one is all that is read");
        return false;
      case YAML_SCALAR_EVENT: {
        const std::string_view text(reinterpret_cast<const char*>(raw.data.scalar.value),
                                    raw.data.scalar.length);
        const bool plain = raw.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
        return pass(line, anchor_of(raw.data.scalar.anchor),
                    {Kept::Kind::scalar, std::string(text), plain && is_null(text)});
      }
      case YAML_MAPPING_START_EVENT:
        return pass(line, anchor_of(raw.data.mapping_start.anchor), {Kept::Kind::map_start, {}});
      case YAML_MAPPING_END_EVENT:
        return pass(line, {}, {Kept::Kind::map_end, {}});
      case YAML_SEQUENCE_START_EVENT:
        return pass(line, anchor_of(raw.data.sequence_start.anchor), {Kept::Kind::list_start, {}});
      case YAML_SEQUENCE_END_EVENT:
        return pass(line, {}, {Kept::Kind::list_end, {}});
      case YAML_ALIAS_EVENT:
        return replay(line, anchor_of(raw.data.alias.anchor));
      default:
        return true;
    }
  }

  static bool is_null(std::string_view text) noexcept {
    return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
  }
  static std::string_view anchor_of(const yaml_char_t* name) noexcept {
    return name == nullptr ? std::string_view()
                           : std::string_view(reinterpret_cast<const char*>(name));
  }

  // Keeps the event for the anchors that are open, then hands it on.
  bool pass(int line, std::string_view anchor, Kept event) {
    const bool opens = event.kind == Kept::Kind::map_start || event.kind == Kept::Kind::list_start;
    const bool closes = event.kind == Kept::Kind::map_end || event.kind == Kept::Kind::list_end;
    if (opens && ++depth_ > InventoryWalker::max_depth) {
      builder_.fault(line, fmt::format("more than {} levels deep", InventoryWalker::max_depth));
      return false;
    }
    if (closes) --depth_;
    if (!anchor.empty()) {
      anchors_[std::string(anchor)].clear();
      if (opens)
        recording_.push_back({std::string(anchor), depth_});
      else if (!keep(line, anchors_[std::string(anchor)], event))
        return false;
    }
    for (const auto& recording : recording_)
      if (!keep(line, anchors_[recording.anchor], event)) return false;
    if (closes && !recording_.empty() && recording_.back().depth == depth_ + 1)
      recording_.pop_back();
    return hand_on(line, event);
  }

  bool keep(int line, std::vector<Kept>& events, const Kept& event) {
    if (++kept_ > max_kept_events) {
      builder_.fault(line, fmt::format("more than {} values in anchors", max_kept_events));
      return false;
    }
    events.push_back(event);
    return true;
  }

  bool replay(int line, std::string_view anchor) {
    const auto known = anchors_.find(anchor);
    for (const auto& recording : recording_)
      if (recording.anchor == anchor) {
        builder_.fault(line, "an alias of something around it");
        return false;
      }
    if (known == anchors_.end()) {
      builder_.fault(line,
                     fmt::format("an alias without its anchor, \"{}\"", anchor.substr(0, 80)));
      return false;
    }
    // A copy, as the events may go into other anchors; what a hostile file could multiply is
    // bounded by keep().
    const std::vector<Kept> events = known->second;
    replayed_ += events.size();
    if (replayed_ > max_replayed_events) {
      builder_.fault(line, "too many values by aliases");
      return false;
    }
    for (const auto& event : events)
      if (!pass(line, {}, event)) return false;
    return true;
  }

  bool hand_on(int line, const Kept& event) {
    switch (event.kind) {
      case Kept::Kind::scalar:
        return walker_.scalar(line, event.text, event.is_null);
      case Kept::Kind::map_start:
        return walker_.map_start(line);
      case Kept::Kind::map_end:
        return walker_.map_end();
      case Kept::Kind::list_start:
        return walker_.list_start(line);
      case Kept::Kind::list_end:
        return walker_.list_end();
    }
    return false;
  }

  struct Recording {
    std::string anchor;
    int depth;  // of what it anchors
  };
  static constexpr std::size_t max_replayed_events = 20'000'000;

  InventoryBuilder& builder_;
  InventoryWalker walker_;
  yaml_parser_t parser_;
  bool ready_ = false;
  int documents_ = 0;
  int depth_ = 0;
  std::map<std::string, std::vector<Kept>, std::less<>> anchors_;
  std::vector<Recording> recording_;
  std::size_t kept_ = 0;
  std::size_t replayed_ = 0;
};

}  // namespace

void read_inventory_yaml(std::string_view text, InventoryBuilder& builder) {
  YamlReader(text, builder).read();
}

}  // namespace netlogd::enrich
