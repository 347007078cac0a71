#!/usr/bin/env bash
# A training as a Slurm job that goes back into the queue when it was interrupted: sbatch launch/slurm.sh pretrain --config-name ... --run RUN
#SBATCH --job-name=hubert
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=16
#SBATCH --time=12:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=USR1@300
set -uo pipefail
# Slurm sends the signal to the steps that srun started, every process of them; HUBERT names the program.
srun --mpi=pmix --kill-on-bad-exit=1 "${HUBERT:-hubert}" "$@" common.num_threads="${SLURM_CPUS_PER_TASK:-1}"
status=$?
# 130: interrupted, the checkpoint is written; 75: a process died or hung; above 130: a process was killed
case $status in
  75 | 13[0-9] | 14[0-9]) scontrol requeue "$SLURM_JOB_ID" ;;
esac
exit "$status"
