#compdef leaklab dockerd-leak-lab
# zsh completion for leaklab: source <(leaklab completion zsh) in ~/.zshrc, after compinit
_leaklab() {
  local word about line="${(j: :)words[1,CURRENT-1]} $PREFIX"
  local -a open closed
  while IFS=$'\t' read -r word about; do
    case $word in
      :files) _files ;;
      *=) open+=("$word") ;;
      *) closed+=("$word") ;;
    esac
  done < <($words[1] complete -- "$line" 2>/dev/null)
  (( $#open )) && compadd -Q -S '' -- $open
  (( $#closed )) && compadd -Q -- $closed
}
if [[ $funcstack[1] == _leaklab ]]; then _leaklab "$@"; else compdef _leaklab leaklab dockerd-leak-lab; fi
