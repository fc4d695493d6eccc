#!/bin/sh
# Builds dist/motbakke_VERSION_ARCH.deb: everything the station needs from PyPI is in it, the rest apt brings.
#
#   systemd/build-deb.sh [arm64|amd64]         arm64 without it, for a Raspberry Pi; then: apt install ./motbakke_*.deb
set -eu
arch=${1:-arm64}
house=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$house/pyproject.toml")
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
chmod 755 "$stage"
share=$stage/usr/share/motbakke

mkdir -p "$share" "$stage/usr/share/doc/motbakke" "$stage/DEBIAN" "$house/dist"
"$house/systemd/wheels.sh" "$share/wheels" "$arch"
cp -R "$house/systemd" "$house/docs" "$share/"
cp "$house/LICENSE" "$stage/usr/share/doc/motbakke/copyright"
cp "$house/CHANGELOG.md" "$stage/usr/share/doc/motbakke/"
"$house/systemd/sbom.sh" > "$stage/usr/share/doc/motbakke/sbom.cdx.json"

# install.sh names the packages; the last two are either-or, and what only Raspberry Pi OS has.
depends=$(sed -n 's/^packages="\(.*\)"/\1/p' "$house/systemd/install.sh" | sed 's/python3 python3-venv/python3-venv/; s/ /, /g')
cat > "$stage/DEBIAN/control" <<CONTROL
Package: motbakke
Version: $version
Architecture: $arch
Maintainer: The Motbakke developers <motbakke@localhost>
Section: misc
Priority: optional
Depends: python3 (>= 3.11), python3 (<< 3.14), $depends, libasound2t64 | libasound2
Recommends: python3-lgpio
Installed-Size: $(du -sk "$stage/usr" | cut -f1)
Description: training station beside a clinic treadmill
 Coaches patients through uphill 4x4 intervals by their heart rate. It suggests;
 it never moves the belt. Settings: /etc/motbakke/station.toml.
CONTROL

cat > "$stage/DEBIAN/postinst" <<'SCRIPT'
#!/bin/sh
set -e
[ "$1" != configure ] || sh /usr/share/motbakke/systemd/install.sh --no-apt --wheels /usr/share/motbakke/wheels
SCRIPT
cat > "$stage/DEBIAN/prerm" <<'SCRIPT'
#!/bin/sh
set -e
[ "$1" != remove ] || sh /usr/share/motbakke/systemd/install.sh uninstall
SCRIPT
cat > "$stage/DEBIAN/postrm" <<'SCRIPT'
#!/bin/sh
set -e
# "purge" is how apt is told to forget the sessions, too.
[ "$1" != purge ] || rm -rf /var/lib/motbakke /etc/motbakke /var/cache/motbakke
SCRIPT
chmod 755 "$stage/DEBIAN/postinst" "$stage/DEBIAN/prerm" "$stage/DEBIAN/postrm"

SOURCE_DATE_EPOCH=$(git -C "$house" log -1 --format=%ct 2>/dev/null || date +%s)
export SOURCE_DATE_EPOCH
# The wheels are packed already.
dpkg-deb --root-owner-group -Zgzip -z1 --build "$stage" "$house/dist/motbakke_${version}_$arch.deb"
