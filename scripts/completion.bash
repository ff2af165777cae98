# Completes commands and options of fer-train and fer-detect, as the programs themselves know them; else file names.
# For bash, and for zsh after: autoload -U +X compinit bashcompinit && compinit && bashcompinit
_fer() {
  local line=${COMP_LINE:0:COMP_POINT} IFS=$'\n'
  COMPREPLY=($(compgen -W "$("$1" "[suggest:${#line}]" "$line" 2>/dev/null | grep '^[a-z-]')" -- "$2"))
}
complete -o default -F _fer fer-train fer-detect
