# shellcheck shell=bash
# Sourced by scripts/native, scripts/build and scripts/release, after setup.sh: the machine that they build for.

targets=(linux-x64 linux-x64-baseline linux-arm64)

# target_option ARGUMENT…: what stands after --target, or nothing.
target_option() {
  (($# == 0)) || [[ $# == 2 && $1 == --target ]] || die "usage: scripts/${0##*/} [--target NAME]   NAME is one of: ${targets[*]}"
  printf '%s\n' "${2:-}"
}

# use_target [NAME]: sets, for this machine where no target is named,
#   target    its name, or nothing
#   build     where what is made for it is kept, below the repository
#   triplet   Debian's name for its kind of machine
#   cross     what its tools' names begin with, where they are not this machine's
#   emulator  the command that runs its programs here, where they need one
use_target() {
  target=${1:-} build=.build triplet=$(uname -m)-linux-gnu cross='' emulator=()
  case $target in
    '') ;;
    linux-x64 | linux-x64-baseline)
      [[ $triplet == x86_64-* ]] || die "$target is built on an x64 machine, and this one is $(uname -m)."
      ;;
    linux-arm64)
      [[ $triplet == aarch64-* ]] || cross=aarch64-linux-gnu- build=.build/linux-arm64 emulator=(qemu-aarch64-static -L /usr/aarch64-linux-gnu)
      triplet=aarch64-linux-gnu
      ;;
    *) die "There is no target $target; there are: ${targets[*]}" ;;
  esac
  if [[ $cross ]]; then need arm64; fi
}

# fetch_runtime: sets runtime, the Bun that becomes kt. That of another machine is a package that npm would not install
# here, so that it is fetched by itself; its hash is the pinned one.
fetch_runtime() {
  local package version hash
  case $target in
    linux-x64-baseline) package=@oven/bun-linux-x64-baseline ;;
    linux-arm64) package=@oven/bun-linux-aarch64 ;;
    *) runtime=$BUN && return ;;
  esac
  version=$("$BUN" --version)
  hash=$(awk -v name="$package@$version" '$1 == name { print $2 }' "$root/scripts/lib/runtimes.txt")
  [[ $hash ]] || die "scripts/lib/runtimes.txt has no hash of $package@$version: add what 'npm view $package@$version dist.integrity' says."
  runtime=$root/.build/runtime/$target/bun
  once ".build/runtime/$target/.stamp" "$hash" timed "Fetching Bun for $target" get_runtime "$package@$version" "$hash" "${runtime%/bun}"
}

get_runtime() { # get_runtime PACKAGE@VERSION sha512-BASE64 FOLDER
  local work code=0
  work=$(mktemp -d)
  {
    timeout --foreground 1800 npm pack --prefix "$root" --loglevel=error --pack-destination "$work" "$1" &&
      [[ sha512-$(openssl dgst -sha512 -binary "$work"/*.tgz | base64 -w0) == "$2" ]] &&
      rm -rf "$3" && mkdir -p "$3" && tar -xzf "$work"/*.tgz -C "$3" --strip-components=2 package/bin/bun
  } || { code=$? && echo "$1 could not be had, or is not the one whose hash is $2."; }
  rm -rf "$work"
  return "$code"
}
