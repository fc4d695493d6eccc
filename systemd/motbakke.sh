#!/bin/sh
# The command on an installed station: the version that runs, on the station's own records, as the user they belong to.
set -eu
export XDG_DATA_HOME=/var/lib
program=/opt/motbakke/current/bin/motbakke
[ "$(id -u)" -eq 0 ] || exec "$program" "$@"
umask 0007
case ${1:-} in
    # What looks at the machine, changes it, or writes where root stands.
    doctor | seal | unseal | take-settings | strap | export | --version | --help | "") exec "$program" "$@" ;;
    # The key that proves the station to the clinic belongs to the user with the network.
    enrol | sync) exec setpriv --reuid motbakke-sync --regid motbakke --init-groups "$program" "$@" ;;
    *) exec setpriv --reuid motbakke --regid motbakke --init-groups "$program" "$@" ;;
esac
