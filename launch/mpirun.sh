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
lost=$(mktemp -u)
mkfifo -m 600 "$lost"
setsid mpirun --hostfile "$hosts" "${root[@]}" --bind-to none "$@" common.num_threads=$((threads > 0 ? threads : 1)) 2> "$lost" &
job=$!
# with it the remote shells to machines that do not answer, which have sessions of their own
end() { kill -KILL -- "-$job" $(cat "/proc/$job/task/$job/children"); }
# a rank that ends the job says so; mpirun then waits for every machine, also for one that is gone for good
while IFS= read -r line || [ -n "$line" ]; do
  printf '%s\n' "$line" >&2
  case $line in *'; this job ends here, '* | *'the job has been aborted'*) { sleep 3; end; } 2> /dev/null & ;; esac
done < "$lost" &
words=$!
# mpirun kills within two seconds of these, and hands SIGUSR1 on: every process writes a checkpoint and ends with 130
trap 'kill -USR1 "$job"' INT TERM HUP USR1
status=0
while kill -0 "$job" 2> /dev/null; do
  wait "$job" 2> /dev/null
  status=$?
done
for ((wait = 0; wait < 10; wait++)); do kill -0 "$words" 2> /dev/null || break; sleep 0.1; done
kill "$words" 2> /dev/null
rm -f "$lost"
[ "$status" != 137 ] || status=75 # the code of a rank that ends the job: the same command goes on
exit "$status"
