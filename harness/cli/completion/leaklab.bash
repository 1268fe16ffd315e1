# bash completion for leaklab: eval "$(leaklab completion bash)" in ~/.bashrc
_leaklab() {
  local line=${COMP_LINE:0:COMP_POINT} break word about files=
  local current=${line##*[[:space:]]}
  local rest=$current
  # Readline replaces the word after the last of its break characters alone.
  for break in = :; do [[ $COMP_WORDBREAKS == *"$break"* ]] && rest=${rest##*"$break"}; done
  local head=${current%"$rest"}
  COMPREPLY=()
  while IFS=$'\t' read -r word about; do
    if [[ $word == :files ]]; then files=1; else COMPREPLY+=("${word#"$head"}"); fi
  done < <("$1" complete -- "$line" 2>/dev/null)
  [[ $files ]] && compopt -o default 2>/dev/null
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -F _leaklab leaklab dockerd-leak-lab
