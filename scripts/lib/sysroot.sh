# shellcheck shell=bash
# Sourced by scripts/native: the libraries of another kind of machine, which the addon is linked with.

# Their headers and archives, and nothing that they depend on: the cross compiler brings the C library.
sysroot_packages=(libssl-dev zlib1g-dev libzstd-dev)

# fetch_sysroot: $build/sysroot, from Debian's packages of that machine. They are unpacked there and not installed, and
# apt's lists of them are kept apart: this machine's own dpkg and apt know nothing of it, and root is not needed.
fetch_sysroot() {
  once "$build/.sysroot-stamp" "${sysroot_packages[*]} $(sha256sum <"$root/scripts/lib/sysroot.sh")" \
    timed "Fetching the libraries for $target" get_sysroot arm64 "$root/$build/sysroot"
}

get_sysroot() { # get_sysroot ARCHITECTURE FOLDER
  local work code=0 bounds=(-o Acquire::Retries=2 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30)
  work=$(mktemp -d)
  # What else this machine's apt asks may have nothing for another architecture.
  local sources=/etc/apt/sources.list.d/debian.sources
  [[ -e $sources ]] || sources=/etc/apt/sources.list
  local apt=(timeout --foreground 1800 apt-get "${bounds[@]}" -o "APT::Architecture=$1" -o "APT::Architectures=$1"
    -o "Dir::Etc::sourcelist=$sources" -o Dir::Etc::sourceparts=/dev/null -o APT::Sandbox::User=root
    -o "Dir::State=$work/state" -o "Dir::State::status=$work/status" -o "Dir::Cache=$work/cache")
  mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/packages"
  : >"$work/status"
  {
    "${apt[@]}" update && (cd "$work/packages" && "${apt[@]}" download "${sysroot_packages[@]}") &&
      rm -rf "$2" && mkdir -p "$2" && unpack_sysroot "$work/packages" "$2"
  } || code=$?
  rm -rf "$work"
  return "$code"
}

unpack_sysroot() { # unpack_sysroot FOLDER-WITH-PACKAGES FOLDER
  local package
  for package in "$1"/*.deb; do
    dpkg-deb --extract "$package" "$2" && dpkg-deb --show --showformat '${Package} ${Version}\n' "$package" >>"$2/packages.txt" || return
  done
}

# linked_packages: what the addon is linked with, a Debian package and its version a line; nothing on another system.
linked_packages() {
  local runtime=libgcc-12-dev
  has dpkg-query || return 0
  if [[ $cross ]]; then
    cat "$build/sysroot/packages.txt"
    dpkg-query --show --showformat "$runtime \${Version}\n" "$runtime-arm64-cross" 2>/dev/null || true
  else
    dpkg-query --show --showformat '${Package} ${Version}\n' "${sysroot_packages[@]}" "$runtime" 2>/dev/null || true
  fi
}
