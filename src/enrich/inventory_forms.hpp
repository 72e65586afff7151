// The three forms of an inventory, each read into entries for the builder. None throws.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "enrich/entry_text.hpp"

namespace netlogd::enrich {

class InventoryBuilder;

enum class InventoryForm : std::uint8_t { yaml, json, csv };

// By the extension; without a known one by what stands first.
[[nodiscard]] InventoryForm form_of(std::string_view text, std::string_view file_name) noexcept;

void read_inventory_yaml(std::string_view text, InventoryBuilder& builder);
void read_inventory_json(std::string_view text, InventoryBuilder& builder);
void read_inventory_csv(std::string_view text, InventoryBuilder& builder);

// YAML and JSON come as events; the walker puts entries together from them.
class InventoryWalker {
 public:
  explicit InventoryWalker(InventoryBuilder& builder) : builder_(builder) {}

  // Each answers whether reading should go on.
  bool scalar(int line, std::string_view text, bool is_null);
  bool map_start(int line);
  bool map_end();
  bool list_start(int line);
  bool list_end();

  static constexpr int max_depth = 32;

 private:
  enum class State : std::uint8_t {
    start,    // nothing read
    root,     // in the outermost map, before a key
    section,  // behind "devices:"
    entries,  // in the list of entries
    entry,    // in an entry, before a key
    field,    // behind a key of an entry
    field_list,
    field_map,    // before a key
    field_value,  // behind a key of a field's map
    done,
  };

  bool unexpected(int line, std::string_view what, bool opens);
  bool close_entry();
  bool go_on() const;

  InventoryBuilder& builder_;
  State state_ = State::start;
  int skipping_ = 0;  // levels of something that nobody wants
  bool bare_list_ = false;
  bool skip_value_ = false;  // the value of an unknown key of the root comes next
  Section section_ = Section::devices;
  EntryText entry_;
};

}  // namespace netlogd::enrich
