# fish completion for leaklab: leaklab completion fish | source, in ~/.config/fish/config.fish
function __leaklab_complete
    set -l program (commandline -opc)[1]
    for found in ($program complete -- (commandline -cp) 2>/dev/null)
        if test "$found" = :files
            __fish_complete_path (commandline -ct)
        else
            echo $found
        end
    end
end
for name in leaklab dockerd-leak-lab
    complete -c $name -f -a '(__leaklab_complete)'
end
