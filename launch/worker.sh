#!/usr/bin/env bash
# A worker of launch/mpijob.yaml: sshd, by which the launcher starts processes. When the pod is ended, they write a checkpoint first, within
# terminationGracePeriodSeconds; sshd as the first process of the container would end at once, and all others with it.
set -uo pipefail
program=$(dirname "$(readlink -f "$0")")/../hubert
processes() { for p in /proc/[0-9]*; do [ "$p/exe" -ef "$program" ] && echo "${p##*/}"; done; }
ended=
trap 'ended=yes' TERM
PATH=$PATH:/usr/sbin
"$(command -v sshd)" -De & # which wants to be called by its whole path
sshd=$!
wait "$sshd"
status=$?
if [ -n "$ended" ]; then
  processes | xargs -r kill -USR1
  while [ -n "$(processes)" ]; do sleep 0.2; done
  kill "$sshd"
  status=0
fi
exit "$status"
