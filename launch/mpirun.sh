#!/usr/bin/env bash
# Trains on several machines with Open MPI's mpirun: launch/mpirun.sh HOSTFILE hubert pretrain --config-name ... --run RUN
# HOSTFILE has a line 'NAME slots=PROCESSES' for each machine. All of them see the program, the data and the run folder under the same
# paths, and are reached by ssh without a password. Environment: THREADS of each process (default: this machine's cores by its slots).
set -uo pipefail
[ $# -ge 2 ] || { echo "usage: $(basename "$0") HOSTFILE hubert pretrain ..." >&2; exit 1; }
hosts=$1
shift
slots=$(sed -n 's/.*slots=\([0-9]*\).*/\1/p' "$hosts" | head -n 1)
threads=${THREADS:-$(($(nproc) / ${slots:-1}))}
root=()
[ "$(id -u)" != 0 ] || root=(--allow-run-as-root)
setsid mpirun --hostfile "$hosts" "${root[@]}" --bind-to none "$@" common.num_threads=$((threads > 0 ? threads : 1)) &
job=$!
# mpirun kills within two seconds of these, and hands SIGUSR1 on: every process writes a checkpoint and ends with 130
trap 'kill -USR1 "$job"' INT TERM HUP USR1
status=0
while kill -0 "$job" 2> /dev/null; do
  wait "$job"
  status=$?
done
exit "$status"
