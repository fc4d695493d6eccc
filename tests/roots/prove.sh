#!/bin/bash
# Proves the .deb in a bare Debian, as root, in some minutes: install, demo, doctor, upgrade, rollback, remove, purge.
#
#   tests/roots/prove.sh trixie|bookworm [amd64|arm64]     arm64 runs under qemu-user: slowly
#
# Needs debootstrap (arm64: qemu-user-static, binfmt-support). The root lies in /var/tmp/motbakke-roots, unmounted at the end.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,/^set/{/^set/q;s/^# \{0,1\}//p}' "$0"; exit 64; }
suite=$1 arch=${2:-amd64}
house=$(cd "$(dirname "$0")/../.." && pwd)
root=/var/tmp/motbakke-roots/$suite-$arch
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
export QEMU_CPU=cortex-a72 # the Pi 4's; with qemu's own choice Python is 25 times slower
begun=$SECONDS

say() { printf '[%4d s] %s\n' "$((SECONDS - begun))" "$*"; }
inside() {
    chroot "$root" env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        QEMU_CPU="$QEMU_CPU" "$@"
}
unmounted() { for place in dev/pts dev/shm proc sys; do ! mountpoint -q "$root/$place" || umount "$root/$place"; done; }
expect() { # what, command...
    local what=$1
    shift
    if "$@" >/tmp/motbakke-prove.$$ 2>&1; then say "OK   $what"; else
        say "FAIL $what"
        cat /tmp/motbakke-prove.$$
        exit 1
    fi
}
has() { inside sh -c "$1" | grep "$2"; }
hasnt() { if has "$1" "$2"; then return 1; fi; }
trap 'unmounted; rm -f /tmp/motbakke-prove.$$' EXIT

unmounted
rm -rf --one-file-system "$root"
mkdir -p "$root"
expect "bare $suite $arch" debootstrap --variant=minbase --include=ca-certificates --arch="$arch" "$suite" "$root" "$mirror"
[ -c "$root/dev/null" ] || mknod -m666 "$root/dev/null" c 1 3
mkdir -p "$root/dev/pts" "$root/dev/shm"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"
ln -sf pts/ptmx "$root/dev/ptmx"
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/" # whatever this machine's way to the network needs

older=$(mktemp -d)
git -C "$house" archive HEAD | tar x -C "$older"
sed -i 's/^version = ".*"/version = "0.0.9"/' "$older/pyproject.toml"
expect "build this version" "$house/systemd/build-deb.sh" "$arch"
expect "build an older one" "$older/systemd/build-deb.sh" "$arch"
cp "$older"/dist/motbakke_0.0.9_"$arch".deb "$root/root/older.deb"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$house/pyproject.toml")
cp "$house/dist/motbakke_${version}_$arch.deb" "$root/root/newer.deb"
rm -rf "$older"

expect "apt update" inside apt-get update -qq
expect "install" inside apt-get install -y -qq --no-install-recommends /root/older.deb
expect "the older version runs" has 'motbakke --version' 'motbakke 0.0.9'
# shellcheck disable=SC2016  # the chroot's own $uv
inside sh -c 'cp -R /usr/share/motbakke/wheels /root/wheels; for uv in /root/wheels/uv-*.whl; do echo strange >> "$uv"; done'
expect "a strange uv is refused" has 'sh /usr/share/motbakke/systemd/install.sh --no-apt --wheels /root/wheels 2>&1 || true' 'not the one'
expect "a demo" inside motbakke demo --headless --speed 60
say "     $(inside motbakke sessions | grep demo)"
expect "doctor: database" has 'motbakke doctor || true' '^OK   database of'
expect "doctor: user" has 'motbakke doctor || true' '^OK   user motbakke may use'
expect "the sync's user shares the records" has 'motbakke sync --once --url http://127.0.0.1:9/fhir || true' 'cannot be reached'
inside motbakke enrol >/dev/null
expect "the key is the sync's alone" hasnt \
    'setpriv --reuid motbakke --regid motbakke --init-groups cat /var/lib/motbakke/identity/station.key 2>/dev/null || true' KEY
expect "strangers see nothing" hasnt 'setpriv --reuid nobody --regid nogroup --clear-groups ls /var/lib/motbakke || true' motbakke
expect "units" inside sh -c 'systemd-analyze verify --man=no /etc/systemd/system/motbakke*.service /etc/systemd/system/motbakke*.timer'
for unit in motbakke motbakke-sync; do
    expect "score of $unit" inside systemd-analyze security --offline=true --threshold=20 --no-pager "/etc/systemd/system/$unit.service"
done
inside sh -c 'echo "# mine" >> /etc/motbakke/station.toml'
expect "upgrade" inside apt-get install -y -qq /root/newer.deb
expect "the newer version runs" hasnt 'motbakke --version' 'motbakke 0.0.9'
expect "the session is there" has 'motbakke sessions' demo
expect "the settings are there" has 'tail -1 /etc/motbakke/station.toml' mine
expect "rollback" inside sh /opt/motbakke/current/share/systemd/install.sh rollback
expect "the older version runs" has 'motbakke --version' 'motbakke 0.0.9'
expect "the session is there" has 'motbakke sessions' demo
expect "forward again" inside sh /opt/motbakke/current/share/systemd/install.sh rollback
expect "the newer version runs" hasnt 'motbakke --version' 'motbakke 0.0.9'
expect "remove" inside apt-get remove -y -qq motbakke
expect "the records are there" has 'ls /var/lib/motbakke' motbakke.sqlite3
expect "nothing of it is left" hasnt 'ls /etc/systemd/system /etc/udev/rules.d /usr/local/bin /opt' motbakke
expect "purge" inside apt-get purge -y -qq motbakke
expect "no records are left" hasnt 'ls /var/lib /etc' motbakke
say "all well"
