#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every lint, over a configured build folder: lint.sh BUILD-DIR [--all]. Goes through all of them, then exits 1 if any
# found something. clang-tidy takes the changed sources and their dependants (--all: every source); LINT_BASE names the
# commit that counts as unchanged. It reads the compile commands without the precompiled header and g++'s own flags.
set -uo pipefail
build=$(realpath "${1:?usage: lint.sh BUILD-DIR [--all]}")
all=${2:-}
cd "$(dirname "$0")/../.."
faults=0

step() {   # NAME COMMAND…
    local started=$SECONDS
    if "${@:2}"; then
        printf 'lint: %-8s ok (%d s)\n' "$1" $((SECONDS - started))
    else
        printf 'lint: %-8s FAILED\n' "$1"
        faults=1
    fi
}

code() { git ls-files --cached --others --exclude-standard '*.h' '*.cpp'; }

format() { code | xargs clang-format-19 --dry-run --Werror; }

licences() {
    local without
    without=$(git ls-files --cached --others --exclude-standard '*.h' '*.cpp' '*.py' '*.sh' |
        xargs grep -L 'SPDX-License-Identifier: GPL-3.0-or-later')
    [ -z "$without" ] || { printf '%s: no SPDX line\n' $without; return 1; }
}

headers() { cmake --build "$build" --target all_verify_interface_header_sets -- --quiet; }

typos() {
    git ls-files -- ':!tests/data' ':!LICENSE' ':!*.ts' ':!*.svg' | xargs codespell --ignore-words tests/lint/words.txt
}

tidy() {
    local sources folder=$build/tidy
    sources=$(python3 -B tests/lint/sources.py ${all:+--all} ${LINT_BASE:+--base "$LINT_BASE"}) || return 1
    mkdir -p "$folder"
    sed -E 's# -Winvalid-pch( -include [^ ]+)?##; s# -fprofile-update=atomic##; s# -mno-direct-extern-access##' \
        "$build/compile_commands.json" >"$folder/compile_commands.json"
    # Only what this build compiles: a source behind an option that is off has no command.
    sources=$(grep -Fxf <(grep -oP "\"file\": \"$PWD/\K[^\"]+" "$folder/compile_commands.json") <<<"$sources")
    [ -n "$sources" ] || { echo 'clang-tidy: nothing changed'; return 0; }
    echo "clang-tidy: $(wc -l <<<"$sources") sources"
    xargs -P "$(nproc)" -n 1 clang-tidy-19 -p "$folder" --quiet --extra-arg=-w <<<"$sources" \
        2> >(grep -vE '^[0-9]+ warnings? generated|^Suppressed|^Use -header-filter|^$' >&2)
}

step format format
step licences licences
step layers python3 -B tests/lint/layers.py "$build"
step typos typos
step headers headers
step tidy tidy
exit $faults
