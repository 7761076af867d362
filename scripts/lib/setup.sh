# shellcheck shell=bash
# Sourced by the scripts: what the machine must have, and what the repository fetches for itself.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

# A TMPDIR that is missing or read-only makes mktemp, npm and Chromium fail each in its own words.
[[ -d ${TMPDIR:-/tmp} && -w ${TMPDIR:-/tmp} ]] || { TMPDIR=$root/.build/tmp && mkdir -p "$TMPDIR"; }
export TMPDIR=${TMPDIR:-/tmp}

note() { printf '%s\n' "$*" >&2; }
die() {
  note "$@"
  exit 1
}
has() { command -v "$1" >/dev/null; }

# One requirement a line: the set it belongs to, the Debian package that brings it, the check that finds it.
requirements='
build   ca-certificates       test -e /etc/ssl/certs/ca-certificates.crt
build   nodejs                node_18
build   npm                   has npm
build   g++                   has g++
build   make                  has make
build   patch                 has patch
build   libssl-dev            test -e /usr/include/openssl/ssl.h
build   zlib1g-dev            test -e /usr/include/zlib.h
build   libzstd-dev           test -e /usr/include/zstd.h
embed   python3-venv          python_venv
kafka   default-jre-headless  java_17
kafka   maven                 has mvn
ffmpeg  ffmpeg                has_ffmpeg
demo    curl                  has curl
tests   chromium              has chromium
tests   python3               has python3
tests   python3-venv          python_venv
tests   procps                has pgrep
tests   curl                  has curl
tests   jq                    has jq
tests   util-linux            has setsid
tests   vlc-bin               has cvlc
tests   vlc-plugin-base       has_vlc_plugins
tests   python3-gi            rtsp_server
tests   gir1.2-gst-rtsp-server-1.0  rtsp_server
tests   gstreamer1.0-plugins-base   rtsp_server
tests   gstreamer1.0-plugins-good   rtsp_server
tests   gstreamer1.0-plugins-bad    rtsp_server
tests   kcat                  has kcat
'
node_18() { has node && [[ $(node -v) =~ ^v([0-9]+) ]] && ((BASH_REMATCH[1] >= 18)); }
java_17() { has java && [[ $(java -version 2>&1) =~ version\ \"([0-9]+) ]] && ((BASH_REMATCH[1] >= 17)); }
has_ffmpeg() { [[ -x ${FFMPEG_BIN:-} ]] || has ffmpeg; }
# A camera for tests: Debian's own Python, GStreamer's RTSP server, and what takes an MP4 apart.
rtsp_server() {
  /usr/bin/python3 -c "import gi; gi.require_version('Gst', '1.0'); gi.require_version('GstRtspServer', '1.0')
from gi.repository import Gst, GstRtspServer
Gst.init(None); exit(not all(Gst.ElementFactory.find(n) for n in ('qtdemux', 'h264parse', 'rtph264pay')))" 2>/dev/null
}
has_vlc_plugins() { compgen -G '/usr/lib/*/vlc/plugins/demux/libadaptive_plugin.so' >/dev/null; }
python_venv() { has python3 && python3 -c 'import ensurepip, venv' 2>/dev/null; }

# missing SET…: the Debian packages that these sets still lack, one a line.
missing() {
  local set package check
  while read -r set package check; do
    [[ $set && " $* " == *" $set "* ]] || continue
    # shellcheck disable=SC2086 # a check is a command with its arguments
    $check || echo "$package"
  done <<<"$requirements" | sort -u
}

# need SET…: installs what these sets lack, in one go, or says in one line how to.
need() {
  local packages log
  mapfile -t packages < <(missing "$@")
  ((${#packages[@]})) || return 0
  has apt-get || die "Not found: ${packages[*]} (these are Debian's names for them). Install them and try again."
  ((EUID == 0)) || die "sudo apt-get install -y --no-install-recommends ${packages[*]}"
  note "Installing ${packages[*]}"
  log=$(mktemp)
  if ! { apt-get update && apt-get install -y --no-install-recommends "${packages[@]}"; } >"$log" 2>&1 </dev/null; then
    tail -n 30 "$log" >&2
    die "apt-get could not install ${packages[*]}; its whole output is in $log."
  fi
  rm -f "$log"
  mapfile -t packages < <(missing "$@")
  ((${#packages[@]} == 0)) || die "${packages[*]}: the version that apt-get installs is too old; Debian 12 or newer has what is needed."
}

# once STAMP KEY COMMAND…: runs the command, unless the file STAMP in the repository holds KEY from the last time.
# The stamp is written last: what was interrupted is done again.
once() {
  local stamp=$root/$1 key=$2 lock=$root/.build/${1//\//-}.lock
  shift 2
  [[ $(cat "$stamp" 2>/dev/null) != "$key" ]] || return 0
  mkdir -p "$root/.build"
  (
    flock 9
    [[ $(cat "$stamp" 2>/dev/null) != "$key" ]] || exit 0 # another script did it while this one waited
    "$@" 9>&-
    mkdir -p "$(dirname "$stamp")"
    printf '%s\n' "$key" >"$stamp"
  ) 9>"$lock"
}

# The pinned npm packages. No package's install script runs: scripts/native builds the one addon there is.
node_packages() { once node_modules/.kt-stamp "$(sha256sum <"$root/package-lock.json")" npm_ci; }
npm_ci() {
  note "Fetching the npm packages"
  (cd "$root" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
}

# The Python packages of the tests and benchmarks, in a virtual environment of their own.
python_packages() { once .build/venv/.kt-stamp "$root $(sha256sum <"$root/test/requirements.txt")" make_venv; }
make_venv() {
  note "Fetching the Python packages"
  rm -rf "$root/.build/venv"
  python3 -m venv "$root/.build/venv"
  "$root/.build/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$root/test/requirements.txt" >&2
}

case $(uname -m) in
  aarch64 | arm64) BUN=$root/node_modules/@oven/bun-linux-aarch64/bin/bun ;;
  *) BUN=$root/node_modules/@oven/bun-linux-x64/bin/bun ;;
esac
bun() { "$BUN" "$@"; }
