# shellcheck shell=bash
# Sourced by scripts/release, after setup.sh: what is in an archive.

# stage KT FOLDER EMULATOR…: lays out FOLDER as it is to be unpacked: into /usr/local, or anywhere.
stage() {
  local made=${1%/*} kt=("${@:3}" "$1") share=$2/share
  install -D -m 755 "$1" "$2/bin/kt"
  mkdir -p "$share"/{man/man1,bash-completion/completions,zsh/site-functions,fish/vendor_completions.d,doc/kt}
  "${kt[@]}" man >"$share/man/man1/kt.1"
  "${kt[@]}" completion bash >"$share/bash-completion/completions/kt"
  "${kt[@]}" completion zsh >"$share/zsh/site-functions/_kt"
  "${kt[@]}" completion fish >"$share/fish/vendor_completions.d/kt.fish"
  install -m 644 "$root"/{LICENSE,README.md,CHANGELOG.md} "$made/THIRD-PARTY-LICENSES.txt" "$made/kt.cdx.json" "$share/doc/kt"
}
