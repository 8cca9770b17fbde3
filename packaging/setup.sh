#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what the given groups need: `packaging/setup.sh build test lint fuzz coverage translate`. Every target of the
# Makefile calls it with its own groups; where nothing is missing it says nothing and takes a fifth of a second.
# Says first what it installs, how large and how long. Root is asked for once, through sudo, and only when packages are
# missing; as root, or without a terminal, nothing is asked. Exit 1: something could not be installed.
# TICKDECK_NO_SETUP=1 leaves everything to whoever set it.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -z "${TICKDECK_NO_SETUP:-}" ] || exit 0

declare -A group_size=(   # megabytes to download, on disk; measured on Debian 12 from a bare system
    [build]="201 852" [test]="9 15" [lint]="61 320" [fuzz]="7 65" [coverage]="2 11" [translate]="24 110")
declare -A wheel_size=([build]="55 170" [test]="109 410")

say() { printf '%s\n' "$*" >&2; }
stop() { say "set-up: $*"; exit 1; }

system_name() {
    if [ "$(uname -s)" = Darwin ]; then
        echo macos
    elif [ -r /etc/os-release ]; then
        (. /etc/os-release && echo "$ID-${VERSION_ID:-unknown}")
    else
        echo unknown
    fi
}

packages_of() {   # FILE GROUP
    awk -v group="$2" '$1 == group { print $2 }' "$1"
}

groups=("$@")
system=$(system_name)
list=packaging/packages/$system.txt
if [ "$system" = macos ]; then
    stop "macOS is not supported yet. It would need at least (Homebrew): $(awk '!/^#/ { print $2 }' "$list" | tr '\n' ' ')"
fi
if [ ! -f "$list" ]; then
    say "set-up: Tickdeck is tested on Debian 12; there is no package list for $system."
    stop "install the equivalents of packaging/packages/debian-12.txt and run with TICKDECK_NO_SETUP=1."
fi

missing=()
download=0
disk=0
add_size() { set -- $1; download=$((download + $1)); disk=$((disk + $2)); }
installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n')
for group in "${groups[@]}"; do
    before=${#missing[@]}
    for package in $(packages_of "$list" "$group"); do
        grep -qxF "installed $package" <<<"$installed" || missing+=("$package")
    done
    [ ${#missing[@]} -eq "$before" ] || add_size "${group_size[$group]}"
done

# Wheels live in .venv; present means the very version of the requirements file.
wheels_present() {   # FILE
    [ -x .venv/bin/python ] && .venv/bin/python - "$1" <<'PYTHON'
import importlib.metadata, sys
try:
    for line in open(sys.argv[1]):
        name, _, version = line.partition("#")[0].strip().partition("==")
        if name and importlib.metadata.version(name) != version:
            sys.exit(1)
except importlib.metadata.PackageNotFoundError:
    sys.exit(1)
PYTHON
}
requirements=()
for group in "${groups[@]}"; do
    file=packaging/requirements-$group.txt
    if [ -f "$file" ] && ! wheels_present "$file"; then
        requirements+=("$file")
        add_size "${wheel_size[$group]}"
    fi
done

[ ${#missing[@]} -gt 0 ] || [ ${#requirements[@]} -gt 0 ] || exit 0

say "Tickdeck's set-up for: ${groups[*]}"
[ "$system" = debian-12 ] || say "  $system: the package list is there but untested."
[ ${#missing[@]} -eq 0 ] || say "  system packages (apt, as root): ${missing[*]}"
[ ${#requirements[@]} -eq 0 ] || say "  Python wheels (into .venv, nothing outside): $(grep -hv '^#' "${requirements[@]}" | tr '\n' ' ')"
say "  at most $download MB to download, $disk MB on disk; about $((1 + download / 150)) minutes at 50 Mbit/s"

if [ ${#missing[@]} -gt 0 ]; then
    install='export DEBIAN_FRONTEND=noninteractive; apt-get update -q && apt-get install -y -q --no-install-recommends "$@"'
    if [ "$(id -u)" -eq 0 ]; then
        sh -c "$install" set-up "${missing[@]}" >&2
    elif ! command -v sudo >/dev/null; then
        stop "needs root and there is no sudo. As root: apt-get install --no-install-recommends ${missing[*]}"
    elif [ -t 0 ]; then
        sudo sh -c "$install" set-up "${missing[@]}" >&2
    else
        sudo -n sh -c "$install" set-up "${missing[@]}" >&2 ||
            stop "needs root, and without a terminal nothing is asked. As root: apt-get install --no-install-recommends ${missing[*]}"
    fi || stop "apt could not install the packages above"
fi

if [ ${#requirements[@]} -gt 0 ]; then
    python=/usr/bin/python3
    [ -x $python ] || python=$(command -v python3) || stop "python3 is missing"
    [ -x .venv/bin/python ] || "$python" -m venv .venv || stop "python3 could not make .venv"
    options=()
    for file in "${requirements[@]}"; do
        options+=(-r "$file")
    done
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: "${options[@]}" >&2 ||
        stop "pip could not install the wheels above"
fi
