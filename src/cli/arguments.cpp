#include "arguments.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "netlogd/core/printable.hpp"
#include "words.hpp"

namespace netlogd::cli {
namespace {

// "xml: write table, json or csv; did you mean csv?"
std::string choice_fault(const std::vector<std::string>& choices, const std::string& word) {
  if (std::find(choices.begin(), choices.end(), word) != choices.end()) return {};
  std::string all;
  for (std::size_t i = 0; i < choices.size(); ++i)
    all += (i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ") + choices[i];
  return printable(word) + " is not known; write " + all + did_you_mean(word, choices);
}

template <typename Value>
std::string number_fault(const std::string& word) {
  Value value{};
  if (CLI::detail::lexical_cast(word, value)) return {};
  return printable(word) + " is not a number that fits";
}

template <typename Value>
void add(void* app, const char* names, Value& into, const char* help, const Rules& rules) {
  auto* option = static_cast<CLI::App*>(app)->add_option(names, into, help)->group(rules.group);
  // One value each time: what follows may be an argument.
  if constexpr (std::is_same_v<Value, std::vector<std::string>>)
    if (names[0] == '-') option->allow_extra_args(false);
  if constexpr (std::is_arithmetic_v<Value>) option->check(CLI::Validator(number_fault<Value>, ""));
  if (rules.required) option->required();
  if (rules.takes_commas) option->delimiter(',');
  if (rules.shows_default) option->capture_default_str();
  if (!rules.choices.empty())
    option->check(CLI::Validator(
        [choices = rules.choices](const std::string& word) { return choice_fault(choices, word); },
        ""));
}

// The long names of the options of `app`, and of those that every command has.
std::vector<std::string> option_names(const CLI::App& app, const CLI::App& root) {
  std::vector<std::string> names;
  for (const auto* one : {&app, &root})
    for (const auto* option : one->get_options())
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

// What is wrong with the command line, in one sentence.
std::string fault_of(const CLI::App& root, const CLI::ParseError& error) {
  const auto chosen = root.get_subcommands();
  const auto rest = root.remaining(true);
  if (chosen.empty()) {
    const auto word = std::find_if(rest.begin(), rest.end(),
                                   [](const auto& text) { return !text.starts_with('-'); });
    std::vector<std::string> commands;
    for (const auto* command : root.get_subcommands({})) commands.push_back(command->get_name());
    if (word != rest.end())
      return printable(*word) + ": there is no such command" + did_you_mean(*word, commands);
  }
  const auto& command = chosen.empty() ? root : *chosen[0];
  const std::string who = chosen.empty() ? "" : command.get_name() + ": ";
  const auto option = std::find_if(rest.begin(), rest.end(),
                                   [](const auto& text) { return text.starts_with('-'); });
  if (option != rest.end()) {
    const auto name = option->substr(0, option->find('='));
    return who + printable(name) + ": there is no such option" +
           did_you_mean(name, option_names(command, root));
  }
  if (!rest.empty()) return who + printable(rest[0]) + ": one argument too many";
  if (chosen.empty()) return "no command is named";
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    const std::string text = error.what();
    return who + printable(text.substr(0, text.find(':'))) + ": a value is missing";
  }
  return who + printable(error.what());
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
  app.name("netlog");
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
    if (error.get_exit_code() == 0) return state_->app.exit(error);
    std::string text = "netlog: " + fault_of(state_->app, error) + "\n";
    text +=
        "netlog: " +
        std::string(state_->app.get_subcommands().empty()
                        ? "netlog --help"
                        : "netlog " + state_->app.get_subcommands()[0]->get_name() + " --help") +
        " says what there is\n";
    std::fwrite(text.data(), 1, text.size(), stderr);
    return 2;
  }
  return state_->chosen ? state_->chosen() : 2;
}

}  // namespace netlogd::cli
