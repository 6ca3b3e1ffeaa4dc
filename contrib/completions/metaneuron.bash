# bash completion for metaneuron                           -*- shell-script -*-
# SPDX-License-Identifier: GPL-3.0-or-later

# The options of a command are what its --help shows.
_metaneuron_options()
{
    "$1" "$2" --help 2>/dev/null | grep -o -- '--[a-z][a-z-]*' | sort -u
}

_metaneuron()
{
    local current=${COMP_WORDS[COMP_CWORD]}
    local previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]-} words i

    if [ "$COMP_CWORD" -eq 1 ]; then
        words=$("$1" --help 2>/dev/null | sed -n 's/^  \([a-z][a-z]*\)  *.*/\1/p')
        mapfile -t COMPREPLY < <(compgen -W "$words --help --version" -- "$current")
        return
    fi
    # After -- of launch follows another program.
    for ((i = 2; i < COMP_CWORD; i++)); do
        [ "$command ${COMP_WORDS[i]}" = "launch --" ] || continue
        if [ "$previous" = -- ]; then
            mapfile -t COMPREPLY < <(compgen -W "mpirun srun" -- "$current")
        else
            mapfile -t COMPREPLY < <(compgen -f -- "$current")
        fi
        return
    done
    if [ "$command $previous" = "verify --rounds" ]; then
        mapfile -t COMPREPLY < <(compgen -W "all last" -- "$current")
        return
    fi
    case $previous in
    --on-reject)
        mapfile -t COMPREPLY < <(compgen -W "settle stop" -- "$current")
        return
        ;;
    --if)
        mapfile -t COMPREPLY < <(compgen -W "accepted= rejected=" -- "$current")
        return
        ;;
    --sandbox-user)
        mapfile -t COMPREPLY < <(compgen -u -- "$current")
        return
        ;;
    --ledger | --jobs | --bind | --exchange | --dir)
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
        return
        ;;
    --out | -o | --weights | --errors | --items | --heartbeat | --signature)
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
        ;;
    --method)
        mapfile -t COMPREPLY < <(compgen -W "pos-lof lof posdist mad union none" -- "$current")
        return
        ;;
    --cut)
        mapfile -t COMPREPLY < <(compgen -W "simulated fixed" -- "$current")
        return
        ;;
    --robust)
        words="mean median trimmed-mean geometric-median krum multi-krum nnm"
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
        return
        ;;
    --scale)
        mapfile -t COMPREPLY < <(compgen -W "mad none" -- "$current")
        return
        ;;
    --few)
        mapfile -t COMPREPLY < <(compgen -W "report reject" -- "$current")
        return
        ;;
    esac
    if [ "$command $previous" = "site --stage" ] || [ "$previous" = --disclose ]; then
        words="claim compute submit"
        [ "$previous" = --stage ] || words="aggregate features states"
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
        return
    fi
    case "$COMP_CWORD $command $previous" in
    "3 site peer") words="list add revoke restore" ;;
    "3 site data") words="list add recall" ;;
    "3 site policy") words="show check accept try" ;;
    "3 site key") words="rotate" ;;
    *) words= ;;
    esac
    if [ -n "$words" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
        return
    fi
    case $current in
    -*)
        words=$(_metaneuron_options "$1" "$command")
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
        return
        ;;
    esac
    if [ "$COMP_CWORD $command" = "2 site" ] || [ "$COMP_CWORD $command" = "2 ledger" ]; then
        words=$("$1" "$command" --help 2>/dev/null | sed -n 's/^  \([a-z][a-z-]*\)  *.*/\1/p')
    elif [ "$COMP_CWORD" -eq 2 ]; then
        words=$("$1" "$command" --help 2>/dev/null |
            sed -n "s/^\(Usage:\|      \) metaneuron $command \([a-z][a-z]*\) .*/\2/p;
                    s/^\(Usage:\|      \) metaneuron $command \([a-z][a-z]*\)$/\2/p")
    elif [ "$command $previous" = "function show" ]; then
        words=$("$1" function list 2>/dev/null | cut -d' ' -f1 && compgen -f -X '!*.so' -- "$current")
    elif [ "$command $previous" = "function new" ]; then
        return
    else
        words=
    fi
    if [ -n "$words" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
    fi
}
complete -o filenames -F _metaneuron metaneuron
