#!/bin/sh
# PostgreSQL's archive_command: archive-wal.sh PATH NAME keeps a segment of WAL, compressed, until
# somebody clears it away. PostgreSQL tries again for as long as this fails. A segment that is
# there already is fine if it is the same (a crash after the copy), and an error if it is not:
# two servers must not share a folder.
set -eu
folder=${WAL_ARCHIVE:-/var/lib/postgresql/archive}
mkdir -p "$folder"
if [ -e "$folder/$2.gz" ]; then
    gzip -dc "$folder/$2.gz" | cmp -s - "$1"
    exit
fi
gzip -c "$1" > "$folder/$2.part"
sync "$folder/$2.part"
mv "$folder/$2.part" "$folder/$2.gz"
sync "$folder"
