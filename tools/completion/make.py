#!/usr/bin/env python3
"""Writes what netlog's own help knows into the shell completions and the manual page:
    tools/completion/make.py BUILD/bin/netlog
Run it when a command or an option has changed; system.cli_manners_test says so when it was forgotten (--check)."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
GLOBAL = "Every command"
SEVERITIES = "emerg alert crit err warning notice info debug"
BASE = (ROOT / "config" / "knowledge" / "events" / "base.txt").read_text(encoding="utf-8")
EVENTS = " ".join(re.findall(r"^(\w+)", BASE.split("\n[event_types]\n")[1].split("\n[")[0], re.M))
VALUES = {
    "--stream": "syslog trap flow all", "--severity": SEVERITIES, "--event": EVENTS, "--format": "table json jsonl csv",
    "--parse-status": "parsed partial unparsed", "--order": "bytes packets flows", "--speed": "1x 10x 100x max",
    "--by": "device site role vendor event severity message_id source stream parse_status",
    "--vendor": "cisco cisco_ios cisco_iosxr cisco_nxos cisco_asa juniper juniper_junos arista arista_eos",
    "--since": "15m 1h 6h 1d 7d today yesterday", "--until": "now today yesterday", "--every": "30s 1m 5m 15m 1h 1d",
}
FILES = {"--config": "files", "--data-dir": "directories"}
ARGUMENTS = {"top": "talkers receivers conversations ports exporters interfaces", "export": "files", "import": "files", "replay": "files"}


class Command:
    def __init__(self, names, text, options, positionals):
        self.names = names  # and its other names
        self.name = names[0]
        self.text = text
        self.options = options
        self.positionals = positionals


class Option:
    def __init__(self, names, takes, text):
        self.names = names
        self.takes = takes
        self.text = text

    @property
    def long(self):
        return next((name for name in self.names if name.startswith("--")), self.names[0])


def help_of(netlog, *command):
    return subprocess.run([netlog, *command, "--help"], capture_output=True, text=True, check=True).stdout


def parse(text):
    """(options, positionals, subcommands) of CLI11's help."""
    options, positionals, commands = [], [], []
    section = ""
    entry = None
    for line in text.splitlines():
        if re.match(r"^\S.*:$", line):
            section = line[:-1]
            entry = None
            continue
        match = re.match(r"^  (\S.*?)(?:\s{2,}(.*))?$", line)
        if match:
            name, words = match.group(1), (match.group(2) or "").strip()
            if section == "Positionals":
                entry = [name, words]
                positionals.append(entry)
            elif section == "Subcommands":
                entry = [name, words]
                commands.append(entry)
            elif name.startswith("-"):
                head = name.split(" ")
                takes = len(head) > 1
                words = (" ".join(head[1:]) + " " + words).strip()
                entry = [Option(head[0].split(","), takes, words), words]
                options.append(entry)
        elif entry is not None and line.startswith("    "):
            if isinstance(entry[0], Option):
                entry[0].text = (entry[0].text + " " + line.strip()).strip()
            entry[1] = (entry[1] + " " + line.strip()).strip()
    return [option for option, _ in options], positionals, commands


def clean(text):
    """Without CLI11's words for types and needs."""
    text = re.sub(r"^(TEXT|UINT|INT|FLOAT)(:\{[^}]*\})?", "", text)
    text = re.sub(r"^=(\S+) (.*)$", r"\2 [\1]", text)
    text = re.sub(r"^:\{[^}]*\}", "", text.strip())
    text = re.sub(r"\s*\.\.\.\s*", " ", text)
    text = re.sub(r"^\[(.*?)\]\s*(.*)$", r"\2 [\1]", text.strip())
    text = re.sub(r"\s*(Excludes|Needs|REQUIRED):?(\s*--\S+)*", " ", text)
    return re.sub(r"\s+", " ", text).strip()


def bash(shared, commands):
    every = [name for command in commands for name in command.names]
    lines = ["# bash completion for netlog; written by tools/completion/make.py", "_netlog() {",
             "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= i",
             "  for ((i = 1; i < COMP_CWORD; ++i)); do", "    case ${COMP_WORDS[i]} in",
             "      " + "|".join(every) + ") command=${COMP_WORDS[i]}; break ;;", "    esac", "  done",
             "  case $before in"]
    known = {}
    for option in [option for command in commands for option in command.options] + shared:
        if option.takes:
            known.setdefault(option.long, {}).update(dict.fromkeys(option.names))
    for long, names in known.items():
        names = "|".join(sorted(names))
        if long in VALUES:
            lines.append(f'    {names}) COMPREPLY=($(compgen -W "{VALUES[long]}" -- "$word")); return ;;')
        elif long in FILES:
            lines.append(f'    {names}) COMPREPLY=($(compgen -{FILES[long][0]} -- "$word")); return ;;')
        else:
            lines.append(f"    {names}) return ;;")
    lines += ["  esac", f"  local shared=\"{' '.join(option.long for option in shared)}\"", "  case $command in",
              f"    '') COMPREPLY=($(compgen -W \"{' '.join(every)} $shared\" -- \"$word\")) ;;"]
    for command in commands:
        own = " ".join(option.long for option in command.options)
        more = ARGUMENTS.get(command.name, "")
        name = "|".join(command.names)
        if more == "files":
            lines.append(f"    {name}) if [[ $word == -* ]]; then COMPREPLY=($(compgen -W \"{own} $shared\" -- \"$word\")); else COMPREPLY=($(compgen -f -- \"$word\")); fi ;;")
        else:
            lines.append(f"    {name}) COMPREPLY=($(compgen -W \"{(more + ' ' + own).strip()} $shared\" -- \"$word\")) ;;")
    return "\n".join(lines + ["  esac", "}", "complete -o filenames -F _netlog netlog", ""])


def zsh_option(option):
    text = clean(option.text).replace("'", "’").replace("[", "(").replace("]", ")").replace(":", "\\:")
    names = option.names if len(option.names) == 1 else ["{" + ",".join(option.names) + "}"]
    value = ""
    if option.takes:
        words = VALUES.get(option.long)
        value = f":value:({words})" if words else ":file:_files" if FILES.get(option.long) == "files" else ":folder:_files -/" if FILES.get(option.long) else ":value:"
    if names[0].startswith("{"):
        return f"{names[0]}'[{text}]{value}'"
    return f"'{names[0]}[{text}]{value}'"


def zsh(shared, commands):
    lines = ["#compdef netlog", "# zsh completion for netlog; written by tools/completion/make.py", "", "_netlog() {", "  local context state line", "  local -a shared commands", "  shared=("]
    lines += ["    " + zsh_option(option) for option in shared] + ["  )", "  commands=("]
    lines += ["    '" + name + ":" + command.text.replace("'", "’").replace(":", "\\:") + "'" for command in commands for name in command.names] + ["  )"]
    lines += ["  _arguments -C $shared '1:command:->command' '*::argument:->argument' && return", "  case $state in", "    command) _describe command commands ;;", "    argument)", "      case $words[1] in"]
    for command in commands:
        name, options = "|".join(command.names), command.options
        more = ARGUMENTS.get(command.name, "")
        rest = " '*:file:_files'" if more == "files" else f" '1:what:({more})'" if more else ""
        lines.append(f"        {name}) _arguments $shared{rest} \\")
        lines += ["          " + zsh_option(option) + (" \\" if option is not options[-1] else " ;;") for option in options]
        if not options:
            lines[-1] = f"        {name}) _arguments $shared{rest} ;;"
    return "\n".join(lines + ["      esac ;;", "  esac", "}", "", "_netlog \"$@\"", ""])


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text.startswith((".", "'")) else text


def man(shared, commands):
    page = (ROOT / "tools" / "completion" / "netlog.1.in").read_text(encoding="utf-8")

    def options_text(options):
        out = []
        for option in options:
            names = ", ".join("\\fB" + roff(name) + "\\fR" for name in option.names)
            if option.takes:
                names += " \\fI" + {"--config": "FILE", "--data-dir": "DIR", "--since": "TIME", "--until": "TIME", "--around": "TIME"}.get(option.long, "VALUE") + "\\fR"
            out.append(".TP\n" + names + "\n" + roff(clean(option.text)))
        return "\n".join(out)

    filters = {option.long for option in commands[0].options if option.long in
               ("--since", "--until", "--stream", "--device", "--source", "--site", "--role", "--vendor", "--severity", "--event", "--message-id", "--text", "--parse-status")}
    chapters = []
    for command in commands:
        name, options, positionals = command.name, command.options, command.positionals
        text = command.text + "".join(f" (also: netlog {other})" for other in command.names[1:])
        usage = "\\fBnetlog " + name + "\\fR" + "".join(" \\fI" + roff(word[0].split(" ")[0]) + "\\fR" for word in positionals)
        takes_filters = filters <= {option.long for option in options}
        own = [option for option in options if option.long != "--help" and not (takes_filters and option.long in filters)]
        chapter = f".SS {usage}{' [which records]' if takes_filters else ''}\n{roff(text)}."
        for word, words in positionals:
            chapter += "\n.TP\n\\fI" + roff(word.split(" ")[0]) + "\\fR\n" + roff(clean(re.sub(r"^\S+ ", "", word + " ") + words))
        chapters.append(chapter + ("\n" + options_text(own) if own else ""))
    which = [option for option in commands[0].options if option.long in filters]
    page = page.replace("@COMMANDS@", "\n".join(chapters)).replace("@SHARED@", options_text(shared)).replace("@FILTERS@", options_text(which))
    return page


def written(netlog):
    """{file: its text}, as the help of this netlog says."""
    top, _, names = parse(help_of(netlog))
    shared = [option for option in top if option.long in ("--config", "--data-dir", "--json", "--utc", "--help", "--version")]
    commands = []
    for name, text in names:
        all_names = [one.strip() for one in name.split(",")]
        options, positionals, _ = parse(help_of(netlog, all_names[0]))
        commands.append(Command(all_names, text, [option for option in options if option.long != "--help"], positionals))
    folder = ROOT / "tools" / "completion"
    return {folder / "netlog.bash": bash(shared, commands), folder / "_netlog": zsh(shared, commands),
            ROOT / "docs" / "man" / "netlog.1": man(shared, commands)}


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--check"]
    old = []
    for file, text in written(arguments[0]).items():
        if "--check" not in sys.argv:
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            old.append(str(file.relative_to(ROOT)))
    if old:
        sys.exit(f"not what netlog's help says now: {', '.join(old)}; run tools/completion/make.py {arguments[0]}")


if __name__ == "__main__":
    main()
