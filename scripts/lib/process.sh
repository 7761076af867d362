# shellcheck shell=bash
# Sourced by the scripts: processes that outlive a command.

# alive PID: it runs; a zombie does not. (Its command line tells less: that is empty while it becomes another program, too.)
alive() {
  local stat
  # (Not stat=$(<…), which ends the shell where there is no such file.)
  read -r stat <"/proc/$1/stat" && stat=${stat##*) } && [[ $stat != [ZX]* ]]
} 2>/dev/null

# end SECONDS PID…: asks these processes to end, ends by force those that have not after so many seconds (0: at once),
# and returns when all are gone.
end() {
  local ticks=$(($1 * 10)) pid
  shift
  ((ticks == 0)) || kill -TERM "$@" 2>/dev/null || true
  for pid; do
    while alive "$pid" && ((ticks-- > 0)); do sleep 0.1; done
  done
  for pid; do
    if alive "$pid"; then kill -KILL "$pid" 2>/dev/null || true; fi
  done
  for pid; do
    while alive "$pid"; do sleep 0.02; done
  done
}
