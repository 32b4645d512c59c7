#!/usr/bin/env bash
# Removes the containers of run-stress.sh, and no others: those with its label, of one session or of all.
set -euo pipefail

case "${1:-}" in
  -h | --help)
    echo "usage: cleanup-stress.sh [session]"
    exit 0
    ;;
esac
command -v docker >/dev/null || {
  echo "cleanup-stress.sh: docker is not installed: there is nothing to clean up" >&2
  exit 1
}
docker info >/dev/null 2>&1 || {
  echo "cleanup-stress.sh: no Docker engine answers (docker info fails): start it, then run this again" >&2
  exit 1
}
filter=label=onrush.stress${1:+=$1}
mapfile -t ids < <(docker ps --all --quiet --filter "$filter")
if [ ${#ids[@]} -gt 0 ]; then docker rm -f "${ids[@]}" >/dev/null; fi
echo "removed ${#ids[@]} containers"
