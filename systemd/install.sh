#!/bin/sh
# Puts the station on a Debian or Raspberry Pi OS (bookworm or trixie), upgrades it, takes a step back, removes it.
#
#   sudo systemd/install.sh                    install or upgrade, from a clone, over the network
#   sudo systemd/install.sh --wheels DIR       the same from a folder with wheels and requirements.txt, without one
#   sudo systemd/install.sh --screen cage      where a bare console stays dark: paint through cage; kmsdrm takes it back
#   systemd/install.sh --packages              the Debian packages it needs: either of the two libasound2, and python3-lgpio
#                                              where the system has it
#   sudo systemd/install.sh rollback           back to the version that ran before; again: forward. Records that the
#                                              earlier version cannot read go back to the copy made before, if nothing was
#                                              recorded since; with --leave-newer-records also otherwise
#   sudo systemd/install.sh uninstall          remove it; sessions and settings stay
#   sudo systemd/install.sh uninstall --data   remove them, too: what the clinic has not received is lost
#
# Everything may be run again: what is there already stays. Each version has a folder of its own, with its Python
# environment and its units, and one symbolic link says which of them runs: a step is whole, or has not been taken.
set -eu

opt=/opt/motbakke
data=/var/lib/motbakke
settings=/etc/motbakke
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
units="motbakke.service motbakke-sync.timer motbakke-settings.service motbakke-check.service motbakke-unseal.service"
packages="systemd python3 python3-venv bluez dbus udev kmod libgl1 libegl1 libgles2 libgbm1 libgl1-mesa-dri"
sound="libasound2t64 libasound2" # its name since, and before, Debian's change to 64-bit time

say() { printf 'install: %s\n' "$*"; }
fail() { printf 'install: %s\n' "$*" >&2; exit 1; }
booted() { [ -d /run/systemd/system ]; }

usage() { sed -n '2,/^$/{/^set/q;s/^# \{0,1\}//p}' "$0"; exit "${1:-64}"; }

main() {
    command=install wheels="" with_data=no apt=yes screen="" leave=""
    while [ $# -gt 0 ]; do
        case $1 in
            install | rollback | uninstall) command=$1 ;;
            --wheels) [ $# -gt 1 ] || usage; wheels=$(CDPATH='' cd -- "$2" && pwd); shift ;;
            --screen) [ $# -gt 1 ] || usage; screen=$2; shift ;;
            --data) with_data=yes ;;
            --leave-newer-records) leave=--leave-newer ;;
            --no-apt) apt=no ;;
            -h | --help) usage 0 ;;
            --packages) echo "$packages $sound python3-lgpio"; exit 0 ;;
            *) usage ;;
        esac
        shift
    done
    case $screen in "" | cage | kmsdrm) ;; *) usage ;; esac
    [ "$screen" != cage ] || packages="$packages cage seatd xwayland"
    [ "$(id -u)" -eq 0 ] || fail "this changes the system: run it with sudo"
    "do_$command"
}

do_install() {
    [ "$apt" = no ] || install_packages
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "Python 3.11 or newer is needed: use Raspberry Pi OS bookworm or trixie"
    version=$(release_name)
    release=$opt/releases/$version
    if [ -e "$release/complete" ]; then
        say "$version is here already"
    else
        rm -rf "$release"
        make_release
        : > "$release/complete"
    fi
    switch_to "$version"
    say "$version is installed. Settings: $settings/station.toml. What is missing: sudo motbakke doctor"
}

install_packages() {
    [ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -print -quit 2>/dev/null)" ] ||
        [ -n "$wheels" ] || apt-get update -qq
    missing=""
    for package in $packages; do is_here "$package" || missing="$missing $package"; done
    # shellcheck disable=SC2086  # lists of words
    is_here $sound || missing="$missing $(first_in_apt $sound)"
    # lgpio drives the pins. Never from PyPI: it has no wheel for Python 3.13, and an empty 0.0.0.2 in its place.
    is_here python3-lgpio || missing="$missing $(first_in_apt python3-lgpio)"
    missing=$(echo "$missing" | tr -s ' ' | sed 's/ $//')
    [ -n "$missing" ] || return 0
    say "installing$missing"
    # shellcheck disable=SC2086  # a list of words
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
}

# Whether one of these packages is installed.
is_here() {
    for name in "$@"; do
        ! dpkg-query -W -f '${db:Status-Abbrev}' "$name" 2>/dev/null | grep -q '^ii' || return 0
    done
    return 1
}

# The first of these packages that can be had; nothing when none can.
first_in_apt() {
    for name in "$@"; do
        if apt-cache show "$name" >/dev/null 2>&1; then echo "$name"; return; fi
    done
}

# The version, and what it was made from: the same source gives the same name, and nothing is made twice.
release_name() {
    if [ -n "$wheels" ]; then
        number=$(basename "$(station_wheel)" | cut -d- -f2)
        made_from=$(find "$wheels" "$here" -type f -exec sha256sum {} + | cut -d' ' -f1 | sort | sha256sum)
    else
        number=$(sed -n 's/^version = "\(.*\)"/\1/p' "$here/../pyproject.toml")
        made_from=$(cd "$here/.." && find station drivers ui config systemd uv.lock pyproject.toml hatch_build.py -type f \
            ! -name '*.pyc' -exec sha256sum {} + | cut -d' ' -f1 | sort | sha256sum)
    fi
    printf '%s-%.8s-python%s\n' "$number" "$made_from" "$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
}

station_wheel() {
    wheel=$(find "$wheels" -name 'motbakke-*.whl' | sort | tail -n 1)
    [ -n "$wheel" ] || fail "$wheels holds no motbakke-*.whl"
    echo "$wheel"
}

make_release() {
    say "making $release"
    mkdir -p "$release"
    rm -rf "$opt"/.install.*
    tool=$(mktemp -d "$opt/.install.XXXXXX") # not in /tmp, from where programs may be forbidden to run
    if [ -n "$wheels" ]; then
        python3 -m venv --without-pip "$release"
        put_in --require-hashes --requirement "$wheels/requirements.txt"
        put_in --no-deps "$(station_wheel)"
    else
        python3 -m venv "$tool"
        "$tool/bin/python" -m pip --quiet --disable-pip-version-check install \
            --require-hashes --requirement "$here/uv.txt" || fail "uv could not be fetched: check the network, and try again"
        UV_PROJECT_ENVIRONMENT=$release UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy "$tool/bin/uv" sync --quiet --frozen \
            --no-dev --no-editable --python "$(command -v python3)" --project "$here/.."
    fi
    take_lgpio
    rm -rf "$tool"
    "$release/bin/python" -c 'import lgpio' 2>/dev/null || say "no lgpio: keys and lamps on pins will not work here"
    # On all cores, and without a third of it that the station never loads.
    "$release/bin/python" -m compileall -q -j0 -x '/(setuptools|pygments/lexers|pygame/(tests|docs|examples))/' \
        "$release/lib" || true
    mkdir -p "$release/share"
    cp -R "$here" "$release/share/systemd"
    [ ! -d "$here/../docs" ] || cp -R "$here/../docs" "$release/share/docs"
    "$release/bin/motbakke" --version >/dev/null || fail "the new version does not start; nothing was changed"
}

# Puts wheels into the release, with the uv that lies beside them: in a second what takes pip a minute on a small board, in
# little memory, and the release needs no pip of its own.
put_in() {
    [ -x "$tool/put" ] || {
        uv=$(find "$wheels" -name 'uv-*.whl' | sort | tail -n 1)
        [ -n "$uv" ] || fail "$wheels holds no uv-*.whl: make the folder anew with systemd/wheels.sh"
        grep -q "sha256:$(sha256sum "$uv" | cut -d' ' -f1)" "$here/uv.txt" ||
            fail "$uv is not the one that systemd/uv.txt names: make the folder anew with systemd/wheels.sh"
        (cd "$tool" && python3 -m zipfile -e "$uv" . && mv uv-*.data/scripts/uv put && chmod 755 put)
    }
    "$tool/put" pip install --quiet --python "$release/bin/python" --offline --no-cache --no-index --only-binary :all: \
        --find-links "$wheels" "$@"
}

# lgpio from the system, the one thing the environment borrows from it; or a wheel that was built for this machine.
take_lgpio() {
    if [ -n "$wheels" ] && [ -n "$(find "$wheels" -name 'lgpio-*.whl')" ]; then
        put_in --no-deps 'lgpio>=0.2.2'
        return
    fi
    site=$("$release/bin/python" -c 'import sysconfig; print(sysconfig.get_path("platlib"))')
    for file in /usr/lib/python3/dist-packages/lgpio.py /usr/lib/python3/dist-packages/_lgpio*.so; do
        [ ! -e "$file" ] || ln -sf "$file" "$site/"
    done
}

# Point `current` at a version in one step, put its units in place, and start it.
switch_to() {
    before=$(readlink "$opt/current" 2>/dev/null | sed 's|.*/||' || true)
    ln -sfn "releases/$1" "$opt/current.new"
    mv -T "$opt/current.new" "$opt/current"
    if [ -n "$before" ] && [ "$before" != "$1" ]; then
        ln -sfn "releases/$before" "$opt/previous"
        drop_old_releases
    fi
    place_files "$opt/current/share/systemd"
    enable_units
}

drop_old_releases() {
    for folder in "$opt"/releases/*; do
        case ${folder##*/} in
            "$(readlink "$opt/current" | sed 's|.*/||')" | "$(readlink "$opt/previous" | sed 's|.*/||')") ;;
            *) say "removing ${folder##*/}"; rm -rf "$folder" ;;
        esac
    done
}

# from-where to-where, for every file that goes into the system
placed() {
    for unit in "$1"/*.service "$1"/*.timer; do echo "$unit /etc/systemd/system/${unit##*/}"; done
    echo "$1/udev/70-motbakke.rules /etc/udev/rules.d/70-motbakke.rules"
    echo "$1/sysusers.d/motbakke.conf /etc/sysusers.d/motbakke.conf"
    echo "$1/tmpfiles.d/motbakke.conf /etc/tmpfiles.d/motbakke.conf"
    echo "$1/modules-load.d/motbakke.conf /etc/modules-load.d/motbakke.conf"
    echo "$1/dbus/motbakke.conf /etc/dbus-1/system.d/motbakke.conf"
    echo "$1/journald.conf.d/motbakke.conf /etc/systemd/journald.conf.d/motbakke.conf"
    echo "$1/logind.conf.d/motbakke.conf /etc/systemd/logind.conf.d/motbakke.conf"
    echo "$1/system.conf.d/motbakke.conf /etc/systemd/system.conf.d/motbakke.conf"
    echo "$1/motbakke.sh /usr/local/bin/motbakke"
}

place_files() {
    remove_placed # what an older version placed, and this one no longer does
    placed "$1" | while read -r from to; do
        mkdir -p "$(dirname "$to")"
        cp "$from" "$to"
        echo "$to" >> "$opt/placed"
    done
    chmod 755 /usr/local/bin/motbakke
    systemd-sysusers
    systemd-tmpfiles --create /etc/tmpfiles.d/motbakke.conf
    drop_in=/etc/systemd/system/motbakke.service.d
    case $screen in
        cage) mkdir -p "$drop_in" && cp "$1/cage.conf" "$drop_in/" ;;
        kmsdrm) rm -rf "$drop_in" ;;
    esac
    # A newer example takes an older one's place, where nobody has written anything into it.
    if [ ! -e "$settings/station.toml" ] || { [ -n "$before" ] && cmp -s "$settings/station.toml" "$(example_of "$before")"; }; then
        cp "$(example_of "$(readlink "$opt/current" | sed 's|.*/||')")" "$settings/station.toml"
    fi
    chgrp motbakke "$settings/station.toml"
    chmod 640 "$settings/station.toml"
}

example_of() {
    find "$opt/releases/$1/lib" -path '*/station/_config/station.toml'
}

remove_placed() {
    [ -e "$opt/placed" ] || return 0
    while read -r file; do rm -f "$file"; done < "$opt/placed"
    rm -f "$opt/placed"
}

enable_units() {
    # Each would have systemd read all units anew; once is enough.
    # shellcheck disable=SC2086  # a list of words
    systemctl --quiet --no-reload enable $units
    systemctl --quiet --no-reload disable getty@tty1.service 2>/dev/null || true
    for grabber in ModemManager.service brltty.service brltty-udev.service; do
        systemctl --quiet --no-reload mask "$grabber" 2>/dev/null || true
    done
    booted || { say "systemd does not run here: the station starts with the next boot"; return 0; }
    systemctl daemon-reload
    modprobe -a usbserial cdc-acm 2>/dev/null || true
    udevadm control --reload
    # What is plugged in already gets its name and its group, before the station looks for it.
    udevadm trigger --subsystem-match=tty --subsystem-match=gpio
    udevadm settle --timeout=30 || true
    systemctl --quiet reload dbus.service || true
    systemctl restart systemd-journald.service
    systemctl start motbakke-settings.service || say "the settings on the boot partition were not taken: see station.problem.txt there"
    systemctl --no-block restart motbakke.service
    systemctl --quiet stop motbakke-sync.service || true
    systemctl restart motbakke-sync.timer
    systemctl --no-block start motbakke-check.service
}

# The newest version of the records that this release reads.
reads() { "$opt/$1/bin/python" -c 'from station.store.schema import MIGRATIONS; print(len(MIGRATIONS))'; }

do_rollback() {
    [ -e "$opt/previous/complete" ] || fail "there is no earlier version to go back to"
    back=$(readlink "$opt/previous" | sed 's|.*/||')
    if booted; then systemctl stop motbakke.service motbakke-sync.timer motbakke-sync.service; fi
    # shellcheck disable=SC2086  # nothing, or one option
    if [ "$(reads current)" -gt "$(reads previous)" ] && ! /usr/local/bin/motbakke step-back "$(reads previous)" $leave; then
        if booted; then systemctl --no-block start motbakke.service motbakke-sync.timer; fi
        fail "nothing was changed"
    fi
    switch_to "$back"
    say "$back runs again"
}

do_uninstall() {
    if booted; then systemctl --quiet stop motbakke.service motbakke-sync.timer motbakke-sync.service || true; fi
    # shellcheck disable=SC2086  # a list of words
    systemctl --quiet disable $units 2>/dev/null || true
    for grabber in ModemManager.service brltty.service brltty-udev.service; do
        systemctl --quiet unmask "$grabber" 2>/dev/null || true
    done
    systemctl --quiet enable getty@tty1.service 2>/dev/null || true
    remove_placed
    rm -rf "$opt" /etc/systemd/system/motbakke.service.d
    if booted; then systemctl daemon-reload; udevadm control --reload; fi
    if [ "$with_data" = yes ]; then
        rm -rf "$data" "$settings" /var/cache/motbakke
        say "removed, with every session and setting"
    else
        say "removed. Sessions are still in $data, settings in $settings"
    fi
}

main "$@"
