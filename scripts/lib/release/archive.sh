# shellcheck shell=bash
# Sourced by scripts/release: folders as archives that are the same byte for byte wherever and whenever they are made.

# archive FOLDER FILE SECONDS: FOLDER, under its own name, as FILE (tar.gz). Of each file the bytes and whether it can be
# run are kept; its time is SECONDS since 1970, its owner root, and the order that of the names.
archive() {
  tar --directory "$(dirname "$1")" --create --format=ustar --sort=name --mtime="@$3" --owner=root:0 --group=root:0 \
    --mode=u=rwX,go=rX "$(basename "$1")" | gzip --no-name >"$2.new" && mv "$2.new" "$2"
}
