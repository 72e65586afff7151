// A record for human eyes: its time, who sent it, how bad it is, and one line of text. Nothing that
// comes from the network reaches a terminal raw.

#pragma once

#include <string>

#include "record.hpp"
#include "terminal.hpp"

namespace netlogd::cli {

// "s123", "t45", "f7": what `netlog show` takes.
[[nodiscard]] std::string reference(Stream stream, std::uint64_t id);

struct RecordText {
  std::string reference;
  std::string time;
  std::string device;
  std::string site;      // empty: not known
  std::string severity;  // "ERROR"; empty: none
  std::string kind;      // message id, trap name, or what a flow is
  std::string text;
  int severity_number = -1;
};
// Printable, one line, whole. `digits` of the time's fraction.
[[nodiscard]] RecordText describe(Stream stream, const RecordReader& record, int digits, bool utc);

// How wide device and site have been so far: on a terminal the lines stand in columns.
struct LineWidths {
  std::size_t device = 0;
  std::size_t site = 0;
};
// All of it as one line, cut at the terminal's width and nowhere else.
[[nodiscard]] std::string one_line(const RecordText& record, const Terminal& terminal,
                                   LineWidths& widths);

[[nodiscard]] std::string protocol_name(std::int64_t number);
// 1234567 as "1.2 M".
[[nodiscard]] std::string short_number(double number);

}  // namespace netlogd::cli
