#include <algorithm>
#include <utility>

#include "netlogd/core/text_cursor.hpp"
#include "parse/event_pattern.hpp"

namespace netlogd::parse {
namespace {

constexpr std::pair<std::string_view, CaptureKind> kind_words[] = {
    {"ip", CaptureKind::ip},           {"host", CaptureKind::host},
    {"mac", CaptureKind::mac},         {"interface", CaptureKind::interface},
    {"word", CaptureKind::word},       {"number", CaptureKind::number},
    {"decimal", CaptureKind::decimal}, {"port", CaptureKind::port},
    {"asn", CaptureKind::asn},         {"user", CaptureKind::user},
    {"hex", CaptureKind::hex},         {"text", CaptureKind::text},
    {"rest", CaptureKind::rest},       {"name", CaptureKind::name},
};

constexpr std::size_t most_steps = 120;
constexpr int deepest = 4;
constexpr std::size_t most_stops = 3;
constexpr char blanks[] = {' ', any_blanks, '\0'};

using Op = PatternStep::Op;

class Compiler {
 public:
  Compiler(std::string_view source, PatternNames& names) : cursor_(source), names_(names) {}

  Result<Pattern> run() {
    parts(0);
    if (error_.empty() && !cursor_.at_end()) fail("has a '}' too much");
    if (error_.empty() && steps_.empty()) fail("is empty");
    if (error_.empty()) check();
    if (error_.empty() && steps_.size() > most_steps) fail("has too many parts");
    if (!error_.empty()) return Error{Errc::invalid, error_};
    set_stops();
    return std::move(steps_);
  }

 private:
  void fail(std::string_view what) {
    if (error_.empty()) error_ = "the rule " + std::string(what);
  }

  void add(PatternStep step) {
    if (search_ && step.op == Op::literal)
      step.op = Op::find;
    else if (search_ && step.op == Op::capture)
      step.op = Op::find_value;
    else if (search_)
      fail("has \"...\" in front of something that cannot be searched for");
    search_ = false;
    steps_.push_back(std::move(step));
  }

  void flush() {
    if (literal_.empty()) return;
    PatternStep step;
    step.text = padded(std::exchange(literal_, {}));
    if (search_ && step.text.find_first_not_of(blanks) == std::string_view::npos) return;
    add(std::move(step));
  }

  std::string_view padded(std::string text) {
    const auto size = text.size();
    std::replace(text.begin(), text.end(), '~', any_blanks);
    text.append(literal_padding, '\0');
    return names_.intern(std::move(text)).substr(0, size);
  }

  // Up to the end or to the '}' that closes an optional part.
  void parts(int depth) {
    if (depth > deepest) return fail("nests too deep");
    while (!cursor_.at_end() && error_.empty()) {
      if (cursor_.peek() == '}') break;
      if (cursor_.take("{?")) {
        flush();
        optional(depth);
      } else if (cursor_.take('{')) {
        flush();
        hole();
      } else if (cursor_.take("...")) {
        // A blank beside the dots is only there to be read by people.
        while (!literal_.empty() && literal_.back() == ' ') literal_.pop_back();
        flush();
        cursor_.skip_blanks();
        search_ = true;
      } else {
        cursor_.take('\\');
        const char c = to_lower(cursor_.peek());
        cursor_.skip();
        if (c == ' ' && !literal_.empty() && literal_.back() == ' ') continue;
        literal_ += c;
      }
    }
    flush();
  }

  void optional(int depth) {
    if (search_) return fail("has \"...\" in front of an optional part");
    const auto index = steps_.size();
    steps_.emplace_back();
    parts(depth + 1);
    if (search_) return fail("ends an optional part with \"...\"");
    if (!cursor_.take('}')) return fail("has an optional part without end");
    if (steps_.size() == index + 1) return fail("has an empty optional part");
    steps_[index].op = Op::optional;
    steps_[index].end = static_cast<std::uint16_t>(steps_.size());
  }

  void hole() {
    const auto inside = cursor_.take_while([](char c) { return c != '}'; });
    if (!cursor_.take('}')) return fail("has a '{' without '}'");
    PatternStep step;
    step.op = Op::capture;
    if (inside == "pairs" || inside == "colon_pairs") {
      step.op = inside == "pairs" ? Op::pairs : Op::colon_pairs;
      return add(std::move(step));
    }
    const auto mark = inside.find_first_of(":=/");
    auto name = inside.substr(0, mark);
    std::string_view second;
    if (const auto comma = name.find(','); comma != std::string_view::npos) {
      second = name.substr(comma + 1);
      name = name.substr(0, comma);
    }
    if (!name.empty()) step.field = names_.field(name, step.kind);
    if (mark == std::string_view::npos) {
      if (step.field == no_field)
        return fail("names the field \"" + std::string(name) + "\", which has no kind");
      add(step);
      return again(step, second);
    }
    const auto detail = inside.substr(mark + 1);
    if (inside[mark] == '=') {
      if (name.empty() || detail.empty()) return fail("sets nothing with \"=\"");
      CaptureKind kind{};
      if (step.field == no_field) step.field = names_.field(std::string(name) + ":word", kind);
      step.op = Op::constant;
      step.text = names_.intern(std::string(detail));
      const bool searching = std::exchange(search_, false);
      add(std::move(step));
      search_ = searching;
      return;
    }
    if (inside[mark] == '/') {
      if (detail.empty()) return fail("leaves no word to choose from");
      CaptureKind kind{};
      if (step.field == no_field && !name.empty())
        step.field = names_.field(std::string(name) + ":word", kind);
      step.kind = CaptureKind::one_of;
      std::string words(detail);
      for (auto& c : words) c = to_lower(c);
      step.text = padded(std::move(words));
      add(step);
      return again(step, second);
    }
    if (!capture_kind_of(detail, step.kind))
      return fail("asks for \"" + std::string(detail) + "\", which is no kind of value");
    if (!name.empty() && step.field == no_field)
      step.field = names_.field(std::string(name) + ":" + std::string(detail), unused_);
    add(step);
    again(step, second);
  }

  void again(PatternStep step, std::string_view second) {
    if (second.empty()) return;
    CaptureKind kind{};
    step.field = names_.field(std::string(second) + ":word", kind);
    step.op = Op::again;
    steps_.push_back(std::move(step));
  }

  void check() {
    if (search_) return fail("ends with \"...\"");
    for (std::size_t i = 0; i + 1 < steps_.size(); ++i) {
      if (steps_[i].op != Op::capture || steps_[i].kind != CaptureKind::text) continue;
      const auto& next = steps_[i + 1];
      if (next.op == Op::literal || next.op == Op::capture) continue;
      if (next.op == Op::optional && steps_[i + 2].op == Op::literal) continue;
      fail("has a text that nothing ends");
    }
  }

  // A word ends where what may stand behind it begins, if that is a mark.
  void set_stops() {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      std::size_t count = 0;
      for (auto next = i + 1; next < steps_.size() && count < most_stops;) {
        const auto& step = steps_[next];
        if (step.op == Op::constant || step.op == Op::again) {
          ++next;
        } else if (step.op == Op::optional) {
          add_stop(steps_[next + 1], steps_[i], count);
          next = step.end;
        } else {
          add_stop(step, steps_[i], count);
          break;
        }
      }
    }
  }

  static void add_stop(const PatternStep& behind, PatternStep& step, std::size_t& count) {
    if (behind.op != Op::literal) return;
    const auto mark = behind.text.find_first_not_of(any_blanks);
    if (mark == std::string_view::npos || is_alnum(behind.text[mark]) || behind.text[mark] == ' ')
      return;
    step.stops.add(behind.text[mark]);
    ++count;
  }

  TextCursor cursor_;
  PatternNames& names_;
  Pattern steps_;
  std::string literal_;
  std::string error_;
  CaptureKind unused_{};
  bool search_ = false;
};

}  // namespace

bool capture_kind_of(std::string_view word, CaptureKind& kind) noexcept {
  for (const auto& [name, value] : kind_words)
    if (name == word) {
      kind = value;
      return true;
    }
  return false;
}

Result<Pattern> compile_pattern(std::string_view source, PatternNames& names) {
  return Compiler(source, names).run();
}

}  // namespace netlogd::parse
