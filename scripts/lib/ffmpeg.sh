# shellcheck shell=bash
# Sourced by scripts/build, after use_target: the ffmpeg that goes into kt, found once and kept in $(ffmpeg_folder)/ffmpeg,
# with its package URL beside it (source).

# usable_ffmpeg PATH: it runs here, has what kt asks of it, and looks up a name. Wholly static ones are ended by a
# signal at that: they load the C library's resolver, which is of another version than the one they were linked with.
usable_ffmpeg() {
  local what code=0
  [[ -x $1 ]] || return
  for what in encoder=libx264 encoder=mjpeg encoder=png encoder=rawvideo decoder=h264 decoder=hevc demuxer=hls demuxer=rtsp \
    demuxer=mjpeg demuxer=h264 demuxer=image2 demuxer=ivf muxer=mov muxer=mp4 muxer=framecrc filter=scale filter=testsrc2 \
    protocol=https protocol=srt protocol=rtmp; do
    [[ $(timeout 60 "${emulator[@]}" "$1" -v error -h "$what" 2>&1 </dev/null) =~ ^((Encoder|Decoder|Demuxer|Muxer|Filter)\ |[a-z]+\ AVOptions) ]] || return
  done
  # (Within another shell, which says that it crashed.)
  (timeout 60 "${emulator[@]}" "$1" -v error -i tcp://localhost:1 -f null - </dev/null || exit $?) >/dev/null 2>&1 || code=$?
  # Nothing listens there, so it cannot end well; 124 is the time that ran out, 132 to 139 are crashes.
  ((code != 124 && (code < 132 || code > 139)))
}

# For a named target only what is pinned by its hash will do, which may be another than what an installer fetched.
ffmpeg_folder() { printf '%s\n' "$build/ffmpeg${target:+-pinned}"; }

# ffmpeg_to_embed: the ffmpeg, or nothing there. What could not be had is not asked for at each build.
ffmpeg_to_embed() {
  local folder
  folder=$(ffmpeg_folder)
  once "$folder/.stamp" "$(cat "$root/node_modules/ffmpeg-static/package.json" "$root/scripts/lib/ffmpeg.sh" "$root/scripts/lib/ffmpeg.txt" | sha256sum)" \
    timed "Fetching an ffmpeg to put inside kt${cross:+ for $target}" find_ffmpeg "$root/$folder"
  [[ -e $root/$folder/ffmpeg ]] ||
    note "No ffmpeg could be had to put inside kt, which will use the one in PATH. Why is in $folder; delete that folder to try again."
}

find_ffmpeg() { # find_ffmpeg FOLDER
  local folder=$1 installer=$root/node_modules/ffmpeg-static
  rm -rf "$folder"
  mkdir -p "$folder"
  # Its install step downloads from the project's releases, which not every network lets through.
  if [[ ! $target ]] && (cd "$installer" && timeout 120 node install.js) >"$folder/ffmpeg-static.log" 2>&1 && usable_ffmpeg "$installer/ffmpeg"; then
    cp "$installer/ffmpeg" "$folder/ffmpeg"
    node -p '"pkg:npm/ffmpeg-static@" + require(process.argv[1]).version' "$installer/package.json" >"$folder/source"
  elif wheel_ffmpeg "$folder" >"$folder/wheel.log" 2>&1 && usable_ffmpeg "$folder/ffmpeg.new"; then
    mv "$folder/ffmpeg.new" "$folder/ffmpeg"
    sed -n 's/^\(imageio-ffmpeg\)==\([^ ]*\).*/pkg:pypi\/\1@\2/p' "$root/scripts/lib/ffmpeg.txt" >"$folder/source"
  else
    rm -f "$folder/ffmpeg.new"
    # Without one a build for oneself is of use; a release is not.
    [[ ! $target ]] || { cat "$folder/wheel.log" && return 1; }
  fi
}

wheel_ffmpeg() { # wheel_ffmpeg FOLDER: writes FOLDER/ffmpeg.new
  local missing work machine=${triplet%%-*}
  missing=$(missing embed)
  if [[ $missing ]]; then
    ((EUID == 0)) && has apt-get || { note "$missing is missing: sudo apt-get install -y --no-install-recommends $missing" && return 1; }
    apt_install "$missing" || return
  fi
  work=$(mktemp -d)
  {
    python3 -m venv "$work/venv" &&
      timeout 600 "$work/venv/bin/pip" download --quiet --disable-pip-version-check --retries 2 --timeout 30 \
        --no-deps --only-binary :all: --platform "manylinux_2_28_$machine" --platform "manylinux2014_$machine" --require-hashes --requirement "$root/scripts/lib/ffmpeg.txt" --dest "$work" &&
      python3 -c "import sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
[name] = [name for name in wheel.namelist() if name.startswith('imageio_ffmpeg/binaries/ffmpeg-')]
open(sys.argv[2], 'wb').write(wheel.read(name))" "$work"/*.whl "$1/ffmpeg.new" &&
      chmod 755 "$1/ffmpeg.new"
  } || { rm -rf "$work" && return 1; }
  rm -rf "$work"
}
