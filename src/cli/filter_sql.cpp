#include "filter_sql.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "words.hpp"

namespace netlogd::cli {
namespace {

constexpr std::int64_t short_stretch_rows = 20'000;  // fewer than this: walk through all of them
constexpr std::uint64_t short_range = 200'000;       // ids: walked through as they are
constexpr std::int64_t long_stretch_rows =
    4'000'000;                          // more than this: its first and last id gain nothing
constexpr std::size_t max_names = 300;  // more than this: no list of names

std::string list_of(const std::vector<std::string>& values) {
  std::string out = "(";
  for (const auto& value : values) out += (out.size() > 1 ? ", " : "") + sql_text(value);
  return out + ")";
}

// column = 'x', column IN (…), column GLOB '…', joined by OR.
std::string any_of(const std::string& column, const std::vector<std::string>& patterns) {
  std::vector<std::string> plain;
  std::vector<std::string> terms;
  for (const auto& pattern : patterns) {
    if (is_glob(pattern))
      terms.push_back(column + " GLOB " + sql_text(pattern));
    else
      plain.push_back(pattern);
  }
  if (plain.size() == 1) terms.insert(terms.begin(), column + " = " + sql_text(plain[0]));
  if (plain.size() > 1) terms.insert(terms.begin(), column + " IN " + list_of(plain));
  std::string out;
  for (const auto& term : terms) out += (out.empty() ? "" : " OR ") + term;
  return terms.size() > 1 ? "(" + out + ")" : out;
}

std::string vendor_term(const std::string& column, const std::vector<std::string>& vendors) {
  std::vector<std::string> patterns;
  for (const auto& vendor : vendors) {
    patterns.push_back(vendor);
    if (!is_glob(vendor)) patterns.push_back(vendor + "_*");
  }
  return any_of(column, patterns);
}

// Phrases of --text, and the whole words at the front of --message-id, which the index knows too.
std::string match_expression(const Filter& filter) {
  std::string out;
  const auto add_phrase = [&](const std::vector<std::string>& words) {
    if (words.empty()) return;
    std::string phrase;
    for (const auto& word : words) phrase += (phrase.empty() ? "" : " ") + word;
    out += (out.empty() ? "\"" : " AND \"") + phrase + "\"";
  };
  for (const auto& text : filter.texts) add_phrase(words_of(text));
  if (filter.message_ids.size() == 1) {
    std::string_view id = filter.message_ids[0];
    const auto wild = id.find_first_of("*?[");
    // The word that a wildcard continues is not whole.
    if (wild != std::string_view::npos)
      id = id.substr(0, id.find_last_of("-_%: .", wild) == std::string_view::npos
                            ? 0
                            : id.find_last_of("-_%: .", wild));
    add_phrase(words_of(id));
  }
  return out;
}

class Builder {
 public:
  Builder(const Filter& filter, Stream stream, Database& database, Purpose purpose,
          std::string view)
      : filter_(filter),
        stream_(stream),
        database_(database),
        purpose_(purpose),
        view_(std::move(view)) {}

  Result<SqlQuery> build(const IdRange& range) {
    range_ = range;
    if (auto chosen = choose_plan(); !chosen) return chosen.error();
    if (query_.plan == Plan::among)
      add("id IN (" + range_.among + ")");
    else if (query_.plan == Plan::by_text)
      query_.from =
          "FROM log_text AS t CROSS JOIN logs AS l ON l.id = t.rowid WHERE t.log_text MATCH " +
          sql_text(match_);
    query_.id = query_.plan == Plan::by_text ? "t.rowid" : "id";
    query_.order = query_.plan == Plan::by_time ? "received_us" : query_.id;
    add(query_.id + " BETWEEN " + std::to_string(range_.first) + " AND " +
            std::to_string(range_.last),
        query_.plan == Plan::by_time || query_.plan == Plan::among);
    add_time();
    if (auto added = add_senders_and_kinds(); !added) return added.error();
    add_texts();
    return std::move(query_);
  }

  // Over counts by hour, which are few: no index matters.
  Result<SqlQuery> build_hours(std::int64_t first, std::int64_t end) {
    query_.plan = Plan::among;
    add("hour >= " + std::to_string(first));
    add("hour < " + std::to_string(end));
    if (auto added = add_senders_and_kinds(); !added) return added.error();
    return std::move(query_);
  }

 private:
  Result<void> add_senders_and_kinds() {
    if (filter_.severity) add_severity();
    if (auto added = add_devices(); !added) return added.error();
    if (!filter_.sites.empty()) add(any_of("device_site", filter_.sites));
    if (!filter_.roles.empty()) add(any_of("device_role", filter_.roles));
    if (!filter_.vendors.empty()) add_vendors();
    add_kinds();
    return {};
  }

  // `unindexed`: a unary plus keeps the planner from finding the rows by this.
  void add(const std::string& term, bool unindexed = false) {
    if (query_.from.empty())
      query_.from = "FROM " + view_ + " WHERE ";
    else
      query_.from += " AND ";
    query_.from += (unindexed ? "+" : "") + term;
  }
  [[nodiscard]] bool is_other_plan() const { return query_.plan != Plan::by_id; }

  // Sums over all devices and texts: what they are by stands in the index by time, while the other
  // indexes lead to every row.
  [[nodiscard]] bool sums_by_time() const {
    if (purpose_ != Purpose::sums || stream_ == Stream::flow) return false;
    if (!filter_.devices.empty() || !filter_.sources.empty() || !filter_.texts.empty())
      return false;
    return filter_.since || filter_.until || filter_.message_ids.empty();
  }

  Result<void> choose_plan() {
    if (!range_.among.empty()) {
      query_.plan = Plan::among;
      return {};
    }
    const bool is_short = range_.last < range_.first + short_range;
    if (!is_short && sums_by_time()) {
      query_.plan = Plan::by_time;
      return {};
    }
    if (!is_short && (filter_.since || filter_.until)) {
      const auto rows = stretch_rows();
      if (!rows) return rows.error();
      if (*rows < short_stretch_rows) {
        query_.plan = Plan::by_time;
        return {};
      }
      if (*rows < long_stretch_rows)
        if (auto narrowed = narrow_ids(); !narrowed) return narrowed;
    }
    if (stream_ != Stream::syslog || !range_.text_indexed) return {};
    match_ = match_expression(filter_);
    if (!match_.empty()) query_.plan = Plan::by_text;
    return {};
  }

  // How many rows about lie in the time asked for; ids follow arrival.
  Result<std::int64_t> stretch_rows() {
    const auto id_at = [&](const std::string& condition, const char* direction) {
      return database_.integer("SELECT id FROM " + view_ + " WHERE " + condition +
                               " ORDER BY received_us " + direction + " LIMIT 1");
    };
    const auto low = id_at("received_us >= " + std::to_string(filter_.since.value_or(0)), "ASC");
    if (!low) return low.error();
    const auto high =
        id_at("received_us < " + std::to_string(filter_.until.value_or(INT64_MAX)), "DESC");
    if (!high) return high.error();
    return *low == 0 ? 0 : std::max<std::int64_t>(0, *high - *low);
  }

  // The first and the last id of the time asked for: every index has the id behind its own column.
  Result<void> narrow_ids() {
    std::string condition = "received_us >= " + std::to_string(filter_.since.value_or(0));
    if (filter_.until) condition += " AND received_us < " + std::to_string(*filter_.until);
    auto statement =
        database_.prepare("SELECT min(id), max(id) FROM " + view_ + " WHERE " + condition);
    if (!statement) return statement.error();
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row || statement->is_null(0)) return {};
    range_.first = std::max(range_.first, static_cast<std::uint64_t>(statement->integer(0)));
    range_.last = std::min(range_.last, static_cast<std::uint64_t>(statement->integer(1)));
    return {};
  }

  void add_time() {
    const bool unindexed = query_.plan != Plan::by_time;
    if (filter_.since) add("received_us >= " + std::to_string(*filter_.since), unindexed);
    if (filter_.until) add("received_us < " + std::to_string(*filter_.until), unindexed);
  }

  void add_severity() {
    if (stream_ == Stream::flow) return add("0");
    // The index on severe rows is used when its own condition is there.
    if (*filter_.severity < 3 && !is_other_plan()) add("severity <= 3");
    add("severity <= " + std::to_string(*filter_.severity), is_other_plan());
  }

  Result<void> add_devices() {
    for (const auto* wanted : {&filter_.devices, &filter_.sources}) {
      if (wanted->empty()) continue;
      const bool only_address = wanted == &filter_.sources;
      const auto names = indexed_names(*wanted, only_address);
      if (!names) return names.error();
      if (names->empty()) {
        query_.holds_nothing = true;
        add("0");
        continue;
      }
      if (names->size() < max_names) add(any_of("device_hostname", *names), is_other_plan());
      if (only_address)
        add(any_of("source_ip", *wanted));
      else if (*names != *wanted)
        add("(" + any_of("device_hostname", *wanted) + " OR " + any_of("source_ip", *wanted) +
            (stream_ == Stream::syslog ? " OR " + any_of("hostname", *wanted) : "") + ")");
    }
    return {};
  }

  // The device names that may stand in the index for what was asked: the name itself, and the
  // inventory's names of who has that address or calls itself so.
  Result<std::vector<std::string>> indexed_names(const std::vector<std::string>& wanted,
                                                 bool only_address) {
    std::string known = any_of("source_ip", wanted);
    if (!only_address) known = "(" + known + " OR " + any_of("hostname", wanted) + ")";
    const auto of_sources =
        database_.texts("SELECT DISTINCT device_hostname FROM sources WHERE " + known, max_names);
    if (!of_sources) return of_sources.error();
    std::set<std::string> all(of_sources->begin(), of_sources->end());
    if (!only_address) all.insert(wanted.begin(), wanted.end());
    all.erase("");
    return std::vector<std::string>(all.begin(), all.end());
  }

  void add_vendors() {
    std::string term = vendor_term("device_vendor", filter_.vendors);
    if (stream_ == Stream::syslog)
      term = "(" + vendor_term("vendor", filter_.vendors) + " OR " + term + ")";
    add(term);
  }

  void add_kinds() {
    if (!filter_.events.empty()) {
      if (stream_ == Stream::flow)
        add("0");
      else
        add(any_of("event_type", filter_.events), is_other_plan());
    }
    if (!filter_.statuses.empty()) {
      if (stream_ == Stream::flow)
        add("0");
      else
        add(any_of("parse_status", filter_.statuses));
    }
    if (filter_.message_ids.empty()) return;
    if (stream_ == Stream::syslog)
      add(any_of("message_id", filter_.message_ids));
    else if (stream_ == Stream::trap)
      add("(" + any_of("trap_name", filter_.message_ids) + " OR " +
          any_of("trap_type", filter_.message_ids) + ")");
    else
      add("0");
  }

  void add_texts() {
    for (const auto& text : filter_.texts) {
      if (stream_ == Stream::flow) {
        add("(" + any_of("src_ip", {text}) + " OR " + any_of("dst_ip", {text}) + ")");
        continue;
      }
      if (query_.plan == Plan::by_text) continue;
      std::string pattern = "%";
      for (const auto& word : words_of(text)) pattern += word + "%";
      const char* column = stream_ == Stream::syslog ? "ifnull(message_id, '')||' '||message"
                                                     : "ifnull(trap_name, '')||' '||varbinds";
      add("(" + std::string(column) + ") LIKE " + sql_text(pattern));
      query_.needs_match = true;
    }
  }

  const Filter& filter_;
  const Stream stream_;
  Database& database_;
  const Purpose purpose_;
  const std::string view_;
  SqlQuery query_;
  std::string match_;
  IdRange range_;
};

}  // namespace

bool has_indexed_words(const Filter& filter) { return !match_expression(filter).empty(); }

std::string view_of(Stream stream) {
  return stream == Stream::syslog ? "logs" : stream == Stream::trap ? "traps" : "flows";
}

std::string SqlQuery::rows(const std::string& view, const std::string& columns,
                           std::size_t limit) const {
  const std::string inner = "SELECT " + id + " " + from + " ORDER BY " + order + " DESC" +
                            (limit > 0 ? " LIMIT " + std::to_string(limit) : "");
  const std::string outer = order == "received_us" ? "received_us, id" : "id";
  return "SELECT " + columns + " FROM " + view + " WHERE id IN (" + inner + ") ORDER BY " + outer;
}

Result<SqlQuery> sql_of(const Filter& filter, Stream stream, Database& database,
                        const IdRange& range, Purpose purpose) {
  return Builder(filter, stream, database, purpose, view_of(stream)).build(range);
}

Result<std::optional<std::string>> hours_sql(const Filter& filter, Database& database,
                                             std::int64_t first, std::int64_t end) {
  const auto query =
      Builder(filter, Stream::syslog, database, Purpose::sums, "log_hours").build_hours(first, end);
  if (!query) return query.error();
  return query->holds_nothing ? std::nullopt : std::optional(query->from);
}

}  // namespace netlogd::cli
