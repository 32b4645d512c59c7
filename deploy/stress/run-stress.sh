#!/usr/bin/env bash
# Runs one scenario as several Docker containers that share it: each is one execution segment of the run, so that clients, wallets and the root are split without
# overlap. Ends with the worst exit code of all.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: run-stress.sh -c containers -t clients [-s scenario] [-d duration] [--image name] [--cleanup]

  -c containers   k6 processes, each in a container of its own
  -t clients      clients over all containers
  -s scenario     dist/<scenario>.js (default: space)
  -d duration     how long clients work, such as 3m (default: the profile's)
  --image name    image to run (default: onrush; built from deploy/Dockerfile when there is none)
  --cleanup       remove the containers at the end; cleanup-stress.sh does it later

Where the target is comes from the environment: RPC_URL, CHAIN_ID, NODE_URL, SPACE_ID, ANNOUNCE_CHANNEL_ID, CHANNEL_IDS, GATES, MNEMONIC, ... Containers use the host's
network, so that a sandbox on loopback is reached too (on Linux).
TEXT
}

fail() {
  echo "run-stress.sh: $1" >&2
  exit "${2:-2}"
}

containers="" clients="" scenario=space duration="" image=onrush cleanup=false
while [ $# -gt 0 ]; do
  case "$1" in
    -c | -t | -s | -d | --image)
      [ $# -ge 2 ] || fail "$1 needs a value"
      case "$1" in
        -c) containers=$2 ;;
        -t) clients=$2 ;;
        -s) scenario=$2 ;;
        -d) duration=$2 ;;
        --image) image=$2 ;;
      esac
      shift 2
      ;;
    --cleanup) cleanup=true && shift ;;
    -h | --help) usage && exit 0 ;;
    *) fail "unknown argument $1; see --help" ;;
  esac
done
number='^[1-9][0-9]*$'
[[ $containers =~ $number ]] || fail "-c must be a whole number of containers of at least 1"
[[ $clients =~ $number ]] || fail "-t must be a whole number of clients of at least 1"
[ "$clients" -ge "$containers" ] || fail "-t $clients clients are fewer than -c $containers containers: each needs one"

command -v docker >/dev/null || fail "docker is not installed; without it, start $containers processes of bin/k6 with --execution-segment instead" 1
docker info >/dev/null 2>&1 || fail "no Docker engine answers (docker info fails): start one, or start $containers processes of bin/k6 with --execution-segment instead" 1

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if ! docker image inspect "$image" >/dev/null 2>&1; then
  [ "$image" = onrush ] || fail "there is no image $image" 1
  docker build -f "$here/../Dockerfile" -t onrush "$here/../.."
fi

session=${SESSION_ID:-stress-$(date +%s)-$$}
label=onrush.stress=$session
sequence=0
for ((k = 1; k < containers; k++)); do sequence+=",$k/$containers"; done
sequence+=",1"

# By name only: a value on the command line shows in `ps` and in `docker inspect` of nobody's business.
pass=()
for name in TARGET PROFILE RPC_URL CHAIN_ID ALLOW_CHAIN NODE_URL SPACE_ID ANNOUNCE_CHANNEL_ID CHANNEL_IDS CHANNELS RANDOM_CLIENTS BATCH_SIZE \
  MINT TALK ANNOUNCE_TIMEOUT WALLET_OFFSET SEED GATES LEDGER_URL PASSWORD MNEMONIC VERBOSE; do
  [ -z "${!name:-}" ] || pass+=(--env "$name")
done

ids=()
finish() {
  if $cleanup && [ ${#ids[@]} -gt 0 ]; then docker rm -f "${ids[@]}" >/dev/null; fi
}
interrupted() {
  echo "stopping ..." >&2
  # SIGINT, so that k6 gives its verdict.
  [ ${#ids[@]} -eq 0 ] || docker kill --signal=INT "${ids[@]}" >/dev/null || true
}
trap finish EXIT
trap interrupted INT TERM

echo "session $session: $clients clients in $containers containers"
for ((k = 0; k < containers; k++)); do
  segment=()
  if [ "$containers" -gt 1 ]; then
    from=$([ "$k" -eq 0 ] && echo 0 || echo "$k/$containers")
    to=$([ "$((k + 1))" -eq "$containers" ] && echo 1 || echo "$((k + 1))/$containers")
    segment=(--execution-segment "$from:$to" --execution-segment-sequence "$sequence")
  fi
  ids+=("$(docker run --detach --network host --label "$label" --name "onrush-$session-$k" "${pass[@]}" \
    --env "SESSION_ID=$session" --env "INSTANCES=$containers" --env "CLIENTS=$clients" ${duration:+--env "DURATION=$duration"} \
    "$image" run --quiet "${segment[@]}" "dist/$scenario.js")")
done

worst=0
for ((k = 0; k < containers; k++)); do
  # Our own signal handler interrupts a wait, and the container is still giving its verdict then. One that somebody removed has none.
  code=$(docker wait "${ids[$k]}") || code=$(docker wait "${ids[$k]}") || code=1
  echo "== container $k ended with $code"
  docker logs "${ids[$k]}" 2>&1 | tail -n 40
  [ "$code" -le "$worst" ] || worst=$code
done
exit "$worst"
