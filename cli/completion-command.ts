/**
 * `flowlet completion …`: what makes a shell complete our commands. The shell's script asks `flowlet complete` for each word, so what it offers is
 * always what this version can do.
 */
import { Argument, Command, type Option } from "commander";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

/** A shell's script, and where it goes. */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# flowlet completion for bash: add to ~/.bashrc:  source <(flowlet completion bash)
_flowlet() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(flowlet complete --plain -- \${COMP_WORDS[@]:1:COMP_CWORD-1} "" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _flowlet flowlet
`,
  zsh: `#compdef flowlet
# flowlet completion for zsh: add to ~/.zshrc, below compinit:  source <(flowlet completion zsh)
_flowlet() {
  local -a found
  found=("\${(@f)$(flowlet complete -- "\${(@)words[2,CURRENT-1]}" "" 2>/dev/null)}")
  if [[ -n "$found" ]]; then _describe flowlet found; else _files; fi
}
compdef _flowlet flowlet
`,
  fish: `# flowlet completion for fish: flowlet completion fish > ~/.config/fish/completions/flowlet.fish
complete -c flowlet -e
complete -c flowlet -a '(flowlet complete --tabs -- (commandline -opc)[2..] "" 2>/dev/null)'
`,
};

export function completionCommand(): Command {
  return new Command("completion")
    .description("Print what makes your shell complete the commands and options of flowlet.")
    .addArgument(new Argument("<shell>").choices(SHELLS))
    .addHelpText("after", "\nExamples:\n  source <(flowlet completion bash)\n  source <(flowlet completion zsh)\n  flowlet completion fish > ~/.config/fish/completions/flowlet.fish")
    .action((shell: Shell) => void process.stdout.write(SCRIPTS[shell]));
}

/** One thing that may stand next. */
export interface Candidate {
  readonly word: string;
  readonly says: string;
}

/** `flowlet complete`: asked by the shells' scripts. @param program has every command */
export function completeCommand(program: () => Command): Command {
  return new Command("complete")
    .argument("[words...]", "the words so far; the last one is being written")
    .option("--plain", "the words only").option("--tabs", "what it is behind a tab, not a colon")
    .action((words: string[], { plain, tabs }: { readonly plain?: boolean; readonly tabs?: boolean }) => {
      const lines = candidates(program(), words).map(({ word, says }) => (plain === true ? word : tabs === true ? `${word}\t${says}` : `${word.replaceAll(":", "\\:")}:${says}`));
      process.stdout.write(lines.map((line) => `${line}\n`).join(""));
    });
}

/** What may stand where the last of `words` is: commands, options that are not there yet, or the values that an option takes. */
export function candidates(program: Command, words: readonly string[]): Candidate[] {
  const begun = words.at(-1) ?? "", before = words.slice(0, -1);
  let at = program;
  let waiting: Option | undefined;
  let argument = 0;
  for (const word of before) {
    if (waiting !== undefined) waiting = undefined;
    else if (word.startsWith("-")) waiting = at.options.find((option) => (option.long === word || option.short === word) && (option.required || option.optional));
    else {
      const next = at.commands.find((command) => command.name() === word || command.aliases().includes(word));
      if (next === undefined) argument++;
      else [at, argument] = [next, 0];
    }
  }
  if (waiting !== undefined) return matching((waiting.argChoices ?? []).map((word) => ({ word, says: waiting.description })), begun);
  const used = new Set(before);
  const commands = at.commands.filter((command) => !isHidden(command)).map((command) => ({ word: command.name(), says: firstSentence(command.description()) }));
  const options = at.options.filter((option) => !option.hidden && (option.variadic || !used.has(option.long ?? ""))).map((option) => ({ word: option.long ?? option.short ?? "", says: firstSentence(option.description) }));
  const values = (at.registeredArguments[argument]?.argChoices ?? []).map((word) => ({ word, says: at.registeredArguments[argument]?.description ?? "" }));
  return matching(begun.startsWith("-") ? options : [...commands, ...values, ...(commands.length + values.length === 0 ? options : [])], begun);
}

/** commander keeps it to itself: `addCommand(…, { hidden: true })`. */
const isHidden = (command: Command): boolean => (command as unknown as { readonly _hidden?: boolean })._hidden === true;
const matching = (all: readonly Candidate[], begun: string): Candidate[] => all.filter(({ word }) => word.startsWith(begun));
const firstSentence = (text: string): string => (/^(.*?)[.:](?=\s|$)/s.exec(text)?.[1] ?? text).replaceAll(/\s+/g, " ");
