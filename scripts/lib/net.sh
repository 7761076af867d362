# shellcheck shell=bash
# Sourced by the scripts: TCP ports of this machine.

# port_taken PORT: something answers there, over IPv4 or IPv6.
port_taken() {
  local host
  for host in 127.0.0.1 ::1; do
    (exec 3<>"/dev/tcp/$host/$1") 2>/dev/null && return
  done
  return 1
}

# claim_port [WISH]: sets REPLY to the port wished for if it is free, else to a free one, never to the same one twice.
# The random ones lie below the range from which Linux numbers outgoing connections.
claimed_ports=
claim_port() {
  REPLY=${1:-$((20000 + RANDOM % 12000))}
  while [[ $claimed_ports == *" $REPLY "* ]] || port_taken "$REPLY"; do
    REPLY=$((20000 + RANDOM % 12000))
  done
  claimed_ports+=" $REPLY "
}
