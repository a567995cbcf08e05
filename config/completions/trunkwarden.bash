# Completion of trunkwarden's commands and options for bash; /usr/share/bash-completion/completions/trunkwarden.
#
# It says what may be typed. Ids and names of accounts come from the running daemon, or not at all: it has 300 ms.
# tests/package/check_manuals.py holds it against "trunkwarden --help".

# Sets cur, prev and words as _init_completion -s does, where that is not there: --output=json is one word of words, and
# --output and json when it is the one that is completed.
_trunkwarden_words()
{
    words=()
    local at
    for ((at = 0; at <= COMP_CWORD; at++)); do
        if ((at > 1)) && [[ ${COMP_WORDS[at]} == = || ${COMP_WORDS[at - 1]} == = ]]; then
            words[${#words[@]} - 1]+=${COMP_WORDS[at]}
        else
            words+=("${COMP_WORDS[at]}")
        fi
    done
    cword=$((${#words[@]} - 1))
    cur=${words[cword]}
    prev=${words[cword - 1]}
    if [[ $cur == --*=* ]]; then
        prev=${cur%%=*}
        cur=${cur#*=}
        split=true
    fi
}

# Every entry is one word. A single one that waits for its value gets no space behind it.
_trunkwarden_offer()
{
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
}

# $1: f for files, d for folders.
_trunkwarden_offer_paths()
{
    mapfile -t COMPREPLY < <(compgen "-$1" -- "$cur")
    compopt -o filenames 2>/dev/null
}

# Several steps, separated by commas: what stands before the last comma stays, and is not offered again.
_trunkwarden_offer_steps()
{
    local before='' left='' step
    if [[ $cur == *,* ]]; then
        before=${cur%,*},
    fi
    for step in evidence outbound_profiles forwarding applications addresses messaging access api_keys \
        sip_credentials v1_secrets recharge; do
        [[ ,$before == *,$step,* ]] || left+=" $step"
    done
    mapfile -t COMPREPLY < <(compgen -P "$before" -W "$left" -- "${cur##*,}")
    compopt -o nospace 2>/dev/null
}

# $1: ids (of findings), actions, accounts or resources. Without a daemon, or without the right to ask it, there are none
# but resources.
_trunkwarden_offer_known()
{
    _trunkwarden_offer "$("${words[0]}" ${config:+"--config.file=$config"} __complete "$1" 2>/dev/null)"
}

_trunkwarden_takes_a_value()
{
    case $1 in
        --config.file | --log.level | --log.format | --output | --color | --account | --api-key-credential | --api-key-env | \
            --api-key-file | --api-url | --approved-by | --ca-file | --directory | --expires | --incident | --kind | \
            --limit | --managed-by | --only | --output-file | --proxy-url | --proxy-url-file | --reason | --resource | --severity | \
            --since | --sink | --skip | --sweeps | --until) ;;
        *) return 1 ;;
    esac
}

# Offers values of the option $1 of the command $2; nothing where only you can know them.
_trunkwarden_offer_value()
{
    case $1 in
        --config.file | --output-file | --api-key-file | --ca-file | --proxy-url-file) _trunkwarden_offer_paths f ;;
        --directory) _trunkwarden_offer_paths d ;;
        --log.level) _trunkwarden_offer "debug info warn error" ;;
        --log.format) _trunkwarden_offer "logfmt json" ;;
        --color) _trunkwarden_offer "auto always never" ;;
        --output)
            case $2 in
                "") _trunkwarden_offer "text json markdown html ocsf" ;;
                report) _trunkwarden_offer "text json markdown html" ;;
                check | findings) _trunkwarden_offer "text json ocsf" ;;
                resources) _trunkwarden_offer "text json markdown" ;;
                *) _trunkwarden_offer "text json" ;;
            esac
            ;;
        --only | --skip) _trunkwarden_offer_steps ;;
        --resource) _trunkwarden_offer_known resources ;;
        --managed-by) _trunkwarden_offer_known accounts ;;
        --account) [[ $2 == init ]] || _trunkwarden_offer_known accounts ;;
        --api-key-env) mapfile -t COMPREPLY < <(compgen -A export -- "$cur") ;;
    esac
}

_trunkwarden()
{
    local cur prev cword split=false config=''
    local -a words
    COMPREPLY=()
    if declare -F _init_completion >/dev/null; then
        _init_completion -s || return 0
    else
        _trunkwarden_words
    fi

    # The command is what stands before the word in hand and is neither an option nor an option's value.
    local command='' word before='' value_follows=false
    for word in "${words[@]:1:cword-1}"; do
        [[ $word != --config.file=* ]] || config=${word#*=}
        [[ $before != --config.file ]] || config=$word
        before=$word
        if $value_follows; then
            value_follows=false
        elif [[ $word == -* ]]; then
            ! _trunkwarden_takes_a_value "$word" || value_follows=true
        elif [[ $command == @(|config|accounts|baseline|quarantine|alerts|state) ]]; then
            command+=${command:+ }$word
        fi
    done
    if $split || $value_follows; then
        _trunkwarden_offer_value "$prev" "$command"
        return 0
    fi

    local options="--help --config.file= --log.level= --log.format= --output= --color= --no-pager"
    local subcommands='' known=''
    case $command in
        "")
            options+=" --version"
            subcommands="init doctor run check config resources findings explain history report ack unack accounts baseline quarantine lockdown
                status reload alerts state"
            ;;
        init) options+=" --account --api-key-file --api-key-credential --api-key-env --sink --api-url --ca-file --proxy-url --proxy-url-file --proxy-from-environment --accept-blind-spots --force --yes" ;;
        doctor) options+=" --account --probe-api" ;;
        run) options+=" --sweeps" ;;
        findings) options+=" --all --account --severity --resource --kind --incident --since" known=ids ;;
        explain | unack) known=ids ;;
        history) options+=" --since --until --account --incident --resource --limit" ;;
        report) options+=" --since --until --account" ;;
        ack) options+=" --incident --reason --until" known=ids ;;
        config) subcommands="check schema" ;;
        accounts) subcommands="import" ;;
        "accounts import") options+=" --managed-by --capture --dry-run" ;;
        baseline) subcommands="capture lint accept schema" ;;
        "baseline capture") options+=" --account --output-file --force" ;;
        "baseline lint") options+=" --account --offline" ;;
        "baseline accept") options+=" --reason --expires --approved-by --yes --dry-run" known=ids ;;
        quarantine) subcommands="list show approve reject undo freeze thaw" ;;
        "quarantine list") options+=" --all --limit --account --severity --resource --kind --incident --since" known=actions ;;
        "quarantine show" | "quarantine approve") known=actions ;;
        "quarantine reject") options+=" --reason" known=actions ;;
        "quarantine freeze") options+=" --reason" ;;
        "quarantine undo") options+=" --while-frozen" known=actions ;;
        lockdown) options+=" --account --apply --yes --only --skip --directory --rotate-again --organization-not-confirmed" ;;
        alerts) subcommands="test dead" ;;
        "alerts dead") options+=" --all" ;;
        state) subcommands="copy prepare" ;;
        "state copy") subcommands="file database" ;;
        "state prepare") options+=" --print" ;;
    esac
    if [[ $cur == -* ]]; then
        _trunkwarden_offer "$options"
    elif [[ $subcommands ]]; then
        _trunkwarden_offer "$subcommands"
    elif [[ $known ]]; then
        _trunkwarden_offer_known "$known"
    elif [[ $command == "accounts import" ]]; then
        _trunkwarden_offer_paths f
    fi
}

complete -F _trunkwarden trunkwarden
