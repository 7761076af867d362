# shellcheck shell=bash
# Sourced by scripts/kafka: the Kafka distribution, and starting nodes from it.
# In a cluster's folder $data: `ports` (a line "broker controller" for each node), `settings` (from --set),
# `listeners` (from --listen), `id`, and for each node a folder node-I with server.properties, server.log, pid and records/.

version=4.3.1
home=$root/.build/kafka-$version
# Made for a quick start and little memory, or as Kafka's own start script (kafka-run-class.sh) has it.
jvm_flags=(-Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC)
shipped_jvm_flags=(-Xmx1G -Xms1G -server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35 -XX:+ExplicitGCInvokesConcurrent)
jvm=(-XX:-UsePerfData -cp "$home/jars/*"
  -Dorg.slf4j.simpleLogger.showDateTime=true '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS'
  -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info)

# The jars, and two things that make a start take half the time and CPU: the classes as a first run loaded them, and
# the feature levels of this version, for which formatting a node takes a JVM of its own.
# slf4j-simple is of the 1.7 line because Kafka brings slf4j-api 1.7, which finds no logger of the 2.0 line.
get_kafka() { once ".build/kafka-$version/.stamp" "$root" install_kafka; }
install_kafka() {
  timed "Fetching Apache Kafka $version" fetch_kafka || exit 1
  timed "Starting it once, so that later starts are quick" first_run || exit 1
}
fetch_kafka() {
  rm -rf "$home"
  mkdir -p "$home"
  cat >"$home/pom.xml" <<END
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>kt</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$version</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
END
  timeout --foreground 1800 mvn -B -f "$home/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$home/jars"
}
first_run() {
  (
    data=$home/first-run brokers=() controllers=() port='' class_archive=ArchiveClassesAtExit
    choose_ports 1
    configure 1
    java "${jvm_flags[@]}" "${jvm[@]}" kafka.tools.StorageTool format -t "$(uuid)" -c "$data/node-1/server.properties" || exit
    cp "$data/node-1/records/bootstrap.checkpoint" "$home" || exit
    launch 1
    end 60 "$(pid_of 1)"
    rm -r "$data"
  )
}

# Kafka's form of one: 16 bytes in base64. A leading dash would read as an option.
uuid() { echo "k$(head -c 16 /dev/urandom | base64 | tr '+/' 'AB' | cut -c 2-22)"; }

# choose_ports COUNT: for a cluster none of which runs, so that every node learns of them.
choose_ports() {
  local first=${port:-${brokers[0]:-9092}} i
  # A node that was killed a moment ago is no process any more before the last of its sockets is closed.
  for ((i = 0; i < 20; i++)); do
    [[ ${brokers[0]-} ]] && port_taken "$first" || break
    sleep 0.1
  done
  if port_taken "$first"; then
    [[ -z $port ]] || die "Port $port is taken by another program: give another --port, or none to have a free one chosen."
    claim_port
    note "Port $first is taken; using $REPLY."
    first=$REPLY claimed_ports=
  fi
  brokers=() controllers=()
  mkdir -p "$data"
  for ((i = 0; i < $1; i++)); do
    claim_port $((first + i)) && brokers+=("$REPLY")
    claim_port && controllers+=("$REPLY")
    echo "${brokers[i]} ${controllers[i]}"
  done >"$data/ports"
}

# configure I: writes the node's properties.
configure() {
  local dir=$data/node-$1 count=${#brokers[@]} voters='' i
  local copies=$((count < 3 ? count : 3))
  for ((i = 1; i <= count; i++)); do voters+=${voters:+,}$i@127.0.0.1:${controllers[i - 1]}; done
  local more='' protocol port
  mkdir -p "$dir"
  touch "$data/settings" "$data/listeners"
  while IFS=: read -r protocol port; do more+=${protocol:+,$protocol://127.0.0.1:$port}; done <"$data/listeners"
  # Everywhere 127.0.0.1: localhost may mean ::1 first, where nothing listens, and librdkafka calls that "all brokers
  # down" before it tries the next address. The cleaner's buffer (128 MB unless told) is taken at the start and most of
  # what an idle node holds. A killed node may come back only when its session has timed out, after 9 s unless told.
  cat - "$data/settings" >"$dir/server.properties" <<END
node.id=$1
process.roles=broker,controller
controller.quorum.voters=$voters
listeners=BROKER://127.0.0.1:${brokers[$1 - 1]},CONTROLLER://127.0.0.1:${controllers[$1 - 1]}$more
advertised.listeners=BROKER://127.0.0.1:${brokers[$1 - 1]}$more
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL,SASL_PLAINTEXT:SASL_PLAINTEXT
log.dirs=$dir/records
default.replication.factor=$copies
offsets.topic.replication.factor=$copies
transaction.state.log.replication.factor=$copies
transaction.state.log.min.isr=$((copies < 2 ? 1 : 2))
share.coordinator.state.topic.replication.factor=$copies
share.coordinator.state.topic.min.isr=$((copies < 2 ? 1 : 2))
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
log.cleaner.dedupe.buffer.size=16777216
END
}

# format I: what StorageTool does to a new node's folder, without a JVM.
format() {
  local records=$data/node-$1/records
  mkdir -p "$records"
  [[ -e $data/id ]] || uuid >"$data/id"
  cp "$home/bootstrap.checkpoint" "$records"
  printf '%s\n' version=1 "cluster.id=$(<"$data/id")" "node.id=$1" "directory.id=$(uuid)" >"$records/meta.properties"
}

# pid_of I: the process of node I, if the recorded number still belongs to it.
pid_of() {
  local pid
  pid=$(cat "$data/node-$1/pid" 2>/dev/null) &&
    grep -qzxF "$data/node-$1/server.properties" "/proc/$pid/cmdline" 2>/dev/null &&
    echo "$pid"
}

# launch I…: starts these nodes in sessions of their own and returns when each serves clients. They end again if one fails.
launched=()
launch() {
  local i dir deadline=$((SECONDS + 60))
  trap '((${#launched[@]} == 0)) || kill -KILL "${launched[@]}" 2>/dev/null' EXIT
  for i; do
    dir=$data/node-$i
    [[ -e $dir/records/meta.properties ]] || format "$i"
    rm -f "$dir/server.log"
    setsid java "${jvm_flags[@]}" "${jvm[@]}" "-XX:${class_archive:-SharedArchiveFile}=$home/classes.jsa" \
      kafka.Kafka "$dir/server.properties" >"$dir/server.log" 2>&1 </dev/null 9>&- &
    launched[i]=$!
    echo $! >"$dir/pid"
  done
  for i; do
    dir=$data/node-$i
    until grep -q 'Kafka Server started' "$dir/server.log" && port_taken "${brokers[i - 1]}"; do
      if ! kill -0 "${launched[i]}" 2>/dev/null || ((SECONDS > deadline)); then
        tail -n 20 "$dir/server.log" >&2
        die "Kafka did not start (node $i); the whole log is $dir/server.log"
      fi
      sleep 0.1
    done
  done
  launched=()
}
