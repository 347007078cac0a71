#!/usr/bin/env bash
# Shares a job among several machines with Open MPI's mpirun: launch/mpirun.sh HOSTFILE hubert pretrain --config-name ... --run RUN
# HOSTFILE has a line 'NAME slots=PROCESSES' for each machine. All of them see the program, the data and the run folder under the same
# paths, and are reached by ssh without a password. Environment: THREADS of each process (default: this machine's cores by its slots).
set -uo pipefail
[ $# -ge 2 ] || { echo "usage: $(basename "$0") HOSTFILE hubert pretrain ..." >&2; exit 1; }
[ -r "$1" ] || { echo "$(basename "$0"): no host file '$1'; it has a line 'NAME slots=PROCESSES' for each machine" >&2; exit 1; }
command -v mpirun > /dev/null || { echo "$(basename "$0"): no mpirun; on Debian and Ubuntu: apt-get install openmpi-bin" >&2; exit 1; }
hosts=$1
shift
slots=$(sed -n 's/^[^#]*slots=\([0-9]*\).*/\1/p' "$hosts" | head -n 1)
threads=${THREADS:-$(($(nproc) / ${slots:-1}))}
[ "$threads" -gt 0 ] || threads=1
options=(--hostfile "$hosts" --bind-to none)
[ "$(id -u)" != 0 ] || options+=(--allow-run-as-root)
# what trains has a setting for its threads; what has none sees fewer cores
case " $* " in
  *' common.num_threads='*) ;;
  *' pretrain '* | *' finetune '* | *' tokenizer train '*) set -- "$@" common.num_threads="$threads" ;;
  *) options+=(-x "DOTNET_PROCESSOR_COUNT=$threads") ;;
esac
lost=$(mktemp -u)
mkfifo -m 600 "$lost"
setsid mpirun "${options[@]}" "$@" 2> "$lost" &
job=$!
# with it the remote shells to machines that do not answer, which have sessions of their own
end() {
  local shells
  read -ra shells < "/proc/$job/task/$job/children" || true
  kill -KILL -- "-$job" "${shells[@]}"
}
# a rank that ends the job says so; mpirun then waits for every machine, also for one that is gone for good. What mpirun says itself is
# also said of an interruption, whose end on all machines and exit code are worth some time
while IFS= read -r line || [ -n "$line" ]; do
  printf '%s\n' "$line" >&2
  case $line in
    *'; this job ends here, '*) { sleep 3; ! kill -0 "$$" || end; } 2> /dev/null & ;;
    *'the job has been aborted'*) { sleep 20; ! kill -0 "$$" || end; } 2> /dev/null & ;;
  esac
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
