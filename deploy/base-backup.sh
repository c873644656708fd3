#!/bin/sh
# base-backup.sh: once a week a base backup beside the archived WAL, and nothing older than going
# back to any second needs. Called often; it does something when the last one is BASE_DAYS old.
# Where it connects to is in the environment (PGHOST, PGUSER, PGPASSWORD); BASE_OPTIONS are more
# options of pg_basebackup, such as --max-rate=20M where the disk is slow.
#
# What is written is checked before it counts, under another name until then. Two are kept, and
# the WAL since the older one: a mistake of two weeks ago can be undone, at the least of one.
set -eu
archive=${WAL_ARCHIVE:-/var/lib/postgresql/archive}
days=${BASE_DAYS:-7}
keep=${BASE_KEEP:-2}
folder=$archive/base
mkdir -p "$folder"

# One at a time: another one's unfinished backup is not in the way but under way. Whoever waited
# looks again whether there is anything left to do.
exec 9>"$folder/lock"
flock --nonblock 9 || {
    echo "Another base backup is under way; waiting for it." >&2
    flock 9
}

# The newest one's name is its time; those cut off begin otherwise.
made() { find "$folder" -mindepth 1 -maxdepth 1 -type d -name '2*' "$@"; }

if [ "$days" -gt 0 ] && [ -n "$(made -mtime "-$days")" ]; then
    exit 0
fi
rm -rf "$folder"/unfinished
# shellcheck disable=SC2086  # several words
pg_basebackup --pgdata="$folder/unfinished" --checkpoint=fast --no-password ${BASE_OPTIONS:-}
pg_verifybackup --quiet "$folder/unfinished"
touch "$folder/unfinished"
mv -T "$folder/unfinished" "$folder/$(date -u +%Y-%m-%dT%H%M%S)"
sync "$folder"

made | sort -r | tail -n "+$((keep + 1))" | while read -r old; do
    rm -rf "$old"
done
oldest=$(made | sort | head -n 1)
first=$(sed -n 's/^START WAL LOCATION: .* (file \([0-9A-F]*\))$/\1/p' "$oldest/backup_label")
pg_archivecleanup -x .gz "$archive" "$first"
