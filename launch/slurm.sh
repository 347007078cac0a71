#!/usr/bin/env bash
# A training as a Slurm job that goes back into the queue when it was interrupted: sbatch launch/slurm.sh pretrain --config-name ... --run RUN
# As an array, every '%a' in the command is the task's number: sbatch --array=1-3 launch/slurm.sh pretrain --run runs/seed%a common.seed=%a
# Environment: HUBERT, the program; MOST_RESTARTS, after which a job whose processes die does not go back any more (100);
# SILENCE, seconds without a word after which processes that others have left are ended (60); SLURM_MPI_TYPE, Slurm's own, is pmix here, by
# which Open MPI is joined; MPICH wants pmi2.
#SBATCH --job-name=hubert
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=16
#SBATCH --time=12:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=USR1@300
set -uo pipefail
[ -n "${SLURM_JOB_ID:-}" ] || { echo "usage: sbatch $(basename "$0") pretrain --config-name ... --run RUN" >&2; exit 1; }
threads=${SLURM_CPUS_PER_TASK:-1}
job=$SLURM_JOB_ID
if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
  # the last task of an array has the array's own number, by which all of its tasks would go back
  job=${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}
  set -- "${@//%a/$SLURM_ARRAY_TASK_ID}"
fi
# what trains has a setting for its threads; what has none sees fewer cores
case " $* " in
  *' common.num_threads='*) ;;
  ' pretrain '* | ' finetune '* | ' tokenizer train '*) set -- "$@" common.num_threads="$threads" ;;
  *) export DOTNET_PROCESSOR_COUNT=$threads ;;
esac
# whoever ends the job, scancel or Slurm itself, says whether it goes back; the script stays to pass on the last words
ended=
trap 'ended=yes' TERM
# srun, to which Slurm sends the signal for all of its processes. Its own exit code is the largest of theirs; what counts is how the first one
# ended that did not end well: the others end because of it, by themselves or after a minute of silence
step() {
  local line srun limit=() first=
  launched=yes
  exec 3< <(exec srun --cpus-per-task="$threads" --mpi="${SLURM_MPI_TYPE:-pmix}" --kill-on-bad-exit=0 "${HUBERT:-hubert}" "$@" 2>&1 >&4)
  srun=$!
  while IFS= read -r "${limit[@]}" line <&3 || { [ $? -gt 128 ] && kill -TERM "$srun"; } || [ -n "$line" ]; do
    printf '%s\n' "$line" >&2
    [[ ! $line =~ ^srun:\ error:\ task.*\ launch\ failed: ]] || launched=
    [[ -z $first && $line =~ ^srun:\ error:\ .*:\ tasks?\ [0-9,-]+:\ (.*) ]] || continue
    first=${BASH_REMATCH[1]}
    limit=(-t "${SILENCE:-60}")
  done
  wait "$srun"
  status=$?
  [[ $first != 'Exited with exit code '* ]] || status=${first##* }
}
exec 4>&1
step "$@"
# a node that died in this step keeps its socket of PMIx, which the next step does not meet
[ -n "$launched$ended" ] || step "$@"
# 130: interrupted, the checkpoint is written; 75: a process died or hung; above 130: a process was killed
case $status in
  130) requeues=yes ;;
  75 | 13[0-9] | 14[0-9])
    requeues=yes
    if [ "${SLURM_RESTART_COUNT:-0}" -ge "${MOST_RESTARTS:-100}" ]; then
      requeues=
      echo "slurm.sh: job $job ended with $status and was started again $SLURM_RESTART_COUNT times already; look at its log, then submit it anew" >&2
    fi ;;
  *) requeues= ;;
esac
if [ -n "$requeues" ] && [ -z "$ended" ]; then
  # it is pending already where Slurm itself saw that a node is lost
  words=$(scontrol requeue "$job" 2>&1) || [[ $words == *' is pending '* ]] ||
    echo "slurm.sh: job $job could not go back into the queue ($words); submit the same command, which goes on from the newest checkpoint" >&2
fi
exit "$status"
