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

# timed TEXT COMMAND…: a line that says what is done and how long it took. What the command says is shown only where it
# fails, with what may help. A function's own commands must end it where they fail (|| return): set -e does not here.
timed() {
  local text=$1 begun=$SECONDS log code=0
  shift
  log=$(mktemp)
  printf '%s … ' "$text" >&2
  "$@" >"$log" 2>&1 </dev/null || code=$?
  if ((code == 0)); then
    note "$((SECONDS - begun)) s"
    rm -f "$log"
    return
  fi
  note "failed after $((SECONDS - begun)) s"
  ((code != 124)) || note "It took too long and was ended."
  remedy "$log" >&2 || tail -n 20 "$log" >&2
  note "The whole output is in $log."
  return "$code"
}

# remedy LOG: what to do about a certificate or a proxy that a program does not know; fails where its output tells of neither.
remedy() {
  local tool=apt
  grep -q 'npm ERR\|npm error' "$1" && tool=npm
  grep -q 'maven\|\[ERROR\]' "$1" && tool=maven
  if grep -qiE 'PKIX path|trustAnchors|certificate verif|unable to (find valid|get (local )?issuer)|self.signed certificate|CERTIFICATE_VERIFY_FAILED' "$1"; then
    case $tool in
      maven) echo "Java does not trust the certificate it was shown, as behind a proxy: keytool -importcert -noprompt -cacerts -storepass changeit -alias proxy -file CA.pem, with the proxy's certificate, then try again." ;;
      npm) echo "npm does not trust the certificate it was shown, as behind a proxy: export NODE_EXTRA_CA_CERTS=CA.pem, with the proxy's certificate, then try again." ;;
      *) echo "The certificate that was shown is not trusted, as behind a proxy: put the proxy's into /usr/local/share/ca-certificates/proxy.crt, run update-ca-certificates, then try again." ;;
    esac
  elif grep -qiE 'UnknownHost|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|timed out|Connection refused|Could not (resolve|connect)|Temporary failure resolving|status code: 407|HTTP 407' "$1"; then
    case $tool in
      maven) echo "Maven does not reach its repository; where that takes a proxy: export MAVEN_OPTS='-Dhttps.proxyHost=HOST -Dhttps.proxyPort=PORT', then try again." ;;
      npm) echo "npm does not reach its registry; where that takes a proxy: export HTTPS_PROXY=http://HOST:PORT, then try again." ;;
      *) echo "Debian's packages are not reached; where that takes a proxy: export http_proxy=http://HOST:PORT, then try again." ;;
    esac
  else
    return 1
  fi
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
arm64   g++-aarch64-linux-gnu has aarch64-linux-gnu-g++
arm64   qemu-user-static      has qemu-aarch64-static
kafka   default-jre-headless  java_17
kafka   maven                 has mvn
ffmpeg  ffmpeg                has_ffmpeg
demo    curl                  has curl
tests   chromium-headless-shell  has chromium-headless-shell
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
tests   tmux                  has tmux
tests   bsdutils              has script
tests   nginx-light           test -x /usr/sbin/nginx
tests   caddy                 has caddy
tests   default-jdk-headless  has javac
tests   golang-go             has go
tests   faketime              has faketime
tests   prometheus            has promtool
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
  local packages
  mapfile -t packages < <(missing "$@")
  ((${#packages[@]})) || return 0
  has apt-get || die "Not found: ${packages[*]} (these are Debian's names for them). Install them and try again."
  ((EUID == 0)) || die "sudo apt-get install -y --no-install-recommends ${packages[*]}"
  timed "Installing ${packages[*]}" apt_install "${packages[@]}" || die "apt-get could not install ${packages[*]}."
  mapfile -t packages < <(missing "$@")
  ((${#packages[@]} == 0)) || die "${packages[*]}: the version that apt-get installs is too old; Debian 12 or newer has what is needed."
}

apt_install() (
  bounds=(-o Acquire::Retries=2 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30)
  # What is installed for a test must not begin to serve on this machine: Debian asks this file. It goes however this ends.
  policy=/usr/sbin/policy-rc.d
  if [[ ! -e $policy ]]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"
  fi
  timeout --foreground 600 apt-get "${bounds[@]}" update &&
    timeout --foreground 3600 apt-get "${bounds[@]}" install -y --no-install-recommends "$@"
)

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
npm_ci() { timed "Fetching the npm packages" timeout --foreground 1800 npm ci --prefix "$root" --ignore-scripts --no-audit --no-fund --loglevel=error; }

# The Python packages of the tests and benchmarks, in a virtual environment of their own.
python_packages() { once .build/venv/.kt-stamp "$root $(sha256sum <"$root/test/requirements.txt")" make_venv; }
make_venv() { timed "Fetching the Python packages" fill_venv; }
fill_venv() {
  rm -rf "$root/.build/venv"
  python3 -m venv "$root/.build/venv" &&
    timeout --foreground 1800 "$root/.build/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$root/test/requirements.txt"
}

case $(uname -m) in
  aarch64 | arm64) BUN=$root/node_modules/@oven/bun-linux-aarch64/bin/bun ;;
  *) BUN=$root/node_modules/@oven/bun-linux-x64/bin/bun ;;
esac
bun() { "$BUN" "$@"; }
