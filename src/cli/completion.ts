/** kt completion: the shell's half. What there is to complete comes from kt itself, so it is never out of date. */
import { KtError } from "../errors.ts";
import { writeOut } from "../terminal/stdout.ts";

// Words with a colon (brokers) would be split by bash's own word breaks: COMP_LINE is cut at spaces instead.
const bash = `_kt() {
  local line=\${COMP_LINE:0:COMP_POINT} words current found
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  current=\${words[-1]}
  mapfile -t found < <("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null | cut -f 1)
  # Of a word with a colon readline replaces what follows the last one.
  local prefix=
  [[ $current == *:* && $COMP_WORDBREAKS == *:* ]] && prefix=\${current%:*}:
  COMPREPLY=("\${found[@]#"$prefix"}")
}
complete -o default -F _kt kt
`;

const zsh = `#compdef kt
_kt() {
  local -a found
  local line
  for line in "\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( $#found )); then _describe kt found; else _files; fi
}
if [[ $funcstack[1] == _kt ]]; then _kt "$@"; else compdef _kt kt; fi
`;

const fish = `function __kt_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] __complete $words[2..-1] 2>/dev/null
end
complete -c kt -a '(__kt_complete)'
`;

const scripts: Record<string, string> = { bash, zsh, fish };

export async function completion(args: string[]): Promise<void> {
  const script = scripts[args[0] as string];
  if (script === undefined) throw KtError.usage(`kt completion takes bash, zsh or fish, not '${args[0]}'.`);
  await writeOut(Buffer.from(script));
}
