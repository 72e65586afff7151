#include "arguments.hpp"

#include <CLI/CLI.hpp>

namespace netlogd::cli {
namespace {

template <typename Value>
void add(void* app, const char* names, Value& into, const char* help, const Rules& rules) {
  auto* option = static_cast<CLI::App*>(app)->add_option(names, into, help)->group(rules.group);
  // One value each time: what follows may be an argument.
  if constexpr (std::is_same_v<Value, std::vector<std::string>>)
    if (names[0] == '-') option->allow_extra_args(false);
  if (rules.required) option->required();
  if (rules.takes_commas) option->delimiter(',');
  if (rules.shows_default) option->capture_default_str();
  if (!rules.choices.empty()) option->check(CLI::IsMember(rules.choices));
}

}  // namespace

void Command::option(const char* names, std::string& into, const char* help, const Rules& rules) {
  add(app_, names, into, help, rules);
}
void Command::option(const char* names, std::vector<std::string>& into, const char* help,
                     const Rules& rules) {
  add(app_, names, into, help, rules);
}
void Command::option(const char* names, std::size_t& into, const char* help, const Rules& rules) {
  add(app_, names, into, help, rules);
}
void Command::option(const char* names, long long& into, const char* help, const Rules& rules) {
  add(app_, names, into, help, rules);
}
void Command::option(const char* names, std::uint16_t& into, const char* help, const Rules& rules) {
  add(app_, names, into, help, rules);
}
void Command::option(const char* names, double& into, const char* help, const Rules& rules) {
  add(app_, names, into, help, rules);
}

void Command::flag(const char* names, bool& into, const char* help, const char* group) {
  static_cast<CLI::App*>(app_)->add_flag(names, into, help)->group(group);
}

void Command::action(std::function<int()> action) {
  static_cast<CLI::App*>(app_)->callback(
      [chosen = chosen_, action = std::move(action)] { *chosen = action; });
}

struct CommandLine::State {
  CLI::App app;
  std::function<int()> chosen;
};

CommandLine::CommandLine(const char* about, const char* footer, const char* version)
    : state_(std::make_unique<State>()) {
  auto& app = state_->app;
  app.description(about);
  app.footer(footer);
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", version);
}
CommandLine::~CommandLine() = default;

Command CommandLine::shared() { return {&state_->app, state_->chosen}; }

Command CommandLine::command(const char* name, const char* help, const char* alias) {
  auto* app = state_->app.add_subcommand(name, help);
  if (alias != nullptr) app->alias(alias);
  return {app, state_->chosen};
}

int CommandLine::run(int argc, const char* const* argv) {
  try {
    state_->app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return state_->app.exit(error) == 0 ? 0 : 2;
  }
  return state_->chosen ? state_->chosen() : 2;
}

}  // namespace netlogd::cli
