// The words of filters: severities, event types, globs. Pure.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace netlogd::cli {

// 0..7 from a number or any usual word ("err", "error", "crit", "warning", …). nullopt: none of
// them.
[[nodiscard]] std::optional<int> parse_severity(std::string_view text);

// The event types a word stands for: itself when it is one, else those that hold it as one or more
// of their parts ("bgp": routing_protocol_bgp; "interface": interface_down, …_up, …_error), else
// itself, for a user's own types.
[[nodiscard]] std::vector<std::string> event_types_of(std::string_view word);

// Those that netlogd itself knows, from the built-in knowledge.
[[nodiscard]] const std::vector<std::string>& all_event_types();

// With '*', '?' or '[': as SQLite's GLOB. Case counts.
[[nodiscard]] bool is_glob(std::string_view pattern);
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text);

// Whether `text` holds the words of `phrase` in their order, whole and next to each other, in any
// case. A word is a run of letters, digits and octets over 127: what the full-text index knows.
[[nodiscard]] bool holds_phrase(std::string_view text, std::string_view phrase);
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);
[[nodiscard]] std::string lowered(std::string_view text);

// "; did you mean core-01?" when a known word is near enough to be meant, else nothing.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string>& known);

}  // namespace netlogd::cli
