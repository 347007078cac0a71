#!/usr/bin/env bash
# A Slurm cluster of two nodes on this machine, network namespaces with addresses and host names of their own, and launch/slurm.sh in it with a
# very small model. Needs root, iproute2, Open MPI and Slurm with PMIx: apt-get install slurmctld slurmd slurm-client munge libpmix-dev
# bench/slurm.sh [CASE ...]       all of them, if none is named, in six minutes or so:
#   train      a process on each node, to the end
#   limit      the signal before the time limit: a checkpoint, back into the queue, on to the end
#   array      the last of two tasks, each of two processes, is interrupted: it goes back alone
#   cancel     scancel: a checkpoint, and no way back
#   requeue    scontrol requeue: a checkpoint, and on to the end
#   preempt    a job of a partition with a higher tier wants the nodes: a checkpoint, and on to the end behind it
#   kill       kill -9 of a process, twice with MOST_RESTARTS=1: back into the queue once
#   daemon     kill -9 of Slurm's slurmstepd, for which srun would wait: back into the queue, and on to the end
#   fault      one process does not find its data: the job ends at once and stays where it is
#   node       a node dies: back into the queue, and on to the end with the node's successor
#   mpi        what srun without PMIx comes to
# The metrics of every run have to be those of a job that nobody disturbed. Environment: HUBERT, the program; SLURM_WORK, a folder to work in.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
stop() { printf 'slurm.sh: %s\n' "$1" >&2; exit 1; }
[ "$(id -u)" = 0 ] || stop "network namespaces need root; run it as root, or in a container with CAP_NET_ADMIN and CAP_SYS_ADMIN"
PATH=$PATH:/usr/sbin
for tool in slurmctld slurmd srun sbatch munged ip nsenter unshare mpirun; do
  command -v "$tool" > /dev/null ||
    stop "no $tool; on Debian and Ubuntu: apt-get install slurmctld slurmd slurm-client munge libpmix-dev iproute2 openmpi-bin util-linux"
done
cases=(train limit array cancel requeue preempt kill daemon fault node mpi)
for case in "$@"; do [[ " ${cases[*]} " == *" $case "* ]] || stop "no '$case'; ${cases[*]}"; done
[ $# = 0 ] || cases=("$@")
id=sl$$ work=$(readlink -f "${SLURM_WORK:-$(mktemp -d)}")
program=$(readlink -f "${HUBERT:-src/HubertSharp.Cli/bin/Release/net10.0/hubert}")
[ -x "$program" ] || dotnet build -c Release src/HubertSharp.Cli -v quiet --nologo -clp:ErrorsOnly
# shellcheck source=bench/noise.sh
. bench/noise.sh

clean() {
  for n in 1 2 254; do
    { ip netns pids "$id-$n" | xargs -r kill -9; } 2> /dev/null || true
    ip netns del "$id-$n" 2> /dev/null || true
  done
  ip link del "$id" 2> /dev/null || true
  [ ! -e "$work/munge/pid" ] || kill "$(cat "$work/munge/pid")" 2> /dev/null || true
  [ -n "${SLURM_WORK:-}" ] || rm -rf "$work"
}
trap clean EXIT

# --- the cluster: 10.87.0.254 is the controller, 10.87.0.N is nodeN
chmod 755 "$work"
mkdir -p "$work"/{state,spool.node1,spool.node2,tmp.node1,tmp.node2} "$work/munge"
ip link add "$id" type bridge || stop "this kernel or container permits no bridge"
ip link set "$id" up
for n in 1 2 254; do
  ip netns add "$id-$n"
  ip -n "$id-$n" link set lo up
  ip link add "$id.$n" type veth peer name eth0 netns "$id-$n"
  ip link set "$id.$n" master "$id" up
  ip -n "$id-$n" addr add "10.87.0.$n/24" dev eth0
  ip -n "$id-$n" link set eth0 up
done
(umask 077; head -c 1024 /dev/urandom > "$work/munge/key")
munged --force --key-file="$work/munge/key" --socket="$work/munge/socket" --pid-file="$work/munge/pid" --log-file="$work/munge/log" \
  --seed-file="$work/munge/seed"
cat > "$work/slurm.conf" << CONF
ClusterName=bench
SlurmctldHost=controller(10.87.0.254)
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool.%n
TmpFS=$work/tmp.%n
SlurmctldPidFile=$work/controller.pid
SlurmdPidFile=$work/%n.pid
SlurmctldLogFile=$work/controller.log
SlurmdLogFile=$work/%n.log
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=1,sched_interval=2
JobAcctGatherType=jobacct_gather/none
SlurmdTimeout=15
ReturnToService=2
NodeName=node[1-2] NodeAddr=10.87.0.[1-2] CPUs=4 State=UNKNOWN
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
PartitionName=all Nodes=ALL Default=YES State=UP GraceTime=60
PartitionName=urgent Nodes=ALL State=UP PriorityTier=10
CONF
export SLURM_CONF=$work/slurm.conf

on() { # NUMBER COMMAND...: on that machine
  local number=$1
  shift
  nsenter --net="/var/run/netns/$id-$number" "$@"
}

machine() { # NUMBER NAME COMMAND...: a machine of this name, whose first process this is
  on "$1" setsid unshare --uts --pid --fork --mount-proc --kill-child bash -c 'hostname "$0"; exec "$@"' "${@:2}" > "$work/$2.out" 2>&1 < /dev/null &
}

client() { on 254 "$@"; }

until_true() { # SECONDS WORDS COMMAND...
  local seconds=$1 words=$2 end
  shift 2
  end=$((SECONDS + seconds))
  until "$@"; do
    [ $SECONDS -lt $end ] || { tail -n 20 "$work"/*.log "$work"/log.* >&2 2> /dev/null; stop "not within $seconds s: $words"; }
    sleep 0.2
  done
}

ready() { [ "$(client sinfo -h -o '%T %D' 2> /dev/null)" = 'idle 2' ]; }
machine 254 controller slurmctld -D
machine 1 node1 slurmd -D -N node1
machine 2 node2 slurmd -D -N node2
until_true 60 "both nodes are idle" ready
client srun --mpi=pmix -N2 true > "$work/pmix" 2>&1 ||
  stop "srun --mpi=pmix does not work: $(head -n 1 "$work/pmix"); on Debian 12: apt-get install libpmix-dev, without which Slurm does not find the library"
echo "$(srun --version), $(mpirun --version | head -n 1), two nodes"

# --- jobs
export LC_ALL=C OMPI_MCA_pml=ob1 OMPI_MCA_btl=self,tcp OMPI_MCA_btl_tcp_if_include=10.87.0.0/24
noise "$work/data" "$program" "$work"
updates=$work/updates
# the command of a job that went back is what it was; how far it trains stands in a file
cat > "$work/hubert" << PROGRAM
#!/usr/bin/env bash
exec "$program" "\$@" optimization.max_update=\$(cat "$updates")
PROGRAM
# one process does not find its data
cat > "$work/odd" << PROGRAM
#!/usr/bin/env bash
[ "\$SLURM_PROCID" = 0 ] || set -- "\${@/task.data=*/task.data=$work/nowhere}"
exec "$program" "\$@" optimization.max_update=20
PROGRAM
chmod +x "$work/hubert" "$work/odd"
export HUBERT=$work/hubert
tiny=(--config-name hubert_small_cpu --force-labels --no-doctor task.data="$work/data" task.label_dir="$work/data" model.label_rate=100
  common.log_interval=1 common.bf16=false dataset.disable_validation=true dataset.num_workers=0 dataset.required_batch_size_multiple=1
  distributed_training.reproducible=true checkpoint.save_interval_updates=5 checkpoint.keep_interval_updates=2
  task.max_sample_size=20000 dataset.max_tokens=40000 lr_scheduler.warmup_updates=2 lr_scheduler.total_num_update=20000
  model.encoder_layers=2 model.encoder_embed_dim=32
  model.encoder_ffn_embed_dim=64 model.encoder_attention_heads=2 model.final_dim=16 model.conv_pos=16 model.conv_pos_groups=4
  "model.conv_feature_layers=[(32,10,5)] + [(32,3,2)] * 4 + [(32,2,2)] * 2")

submit() { # RUN OPTION...: a training by launch/slurm.sh; the variable 'job' is its number
  local run=$1
  shift
  job=$(client sbatch --parsable --cpus-per-task=1 --time=30 --signal=USR1@60 -o "$work/log.$run" "$@" \
    launch/slurm.sh pretrain --run "$work/run.$run" "${tiny[@]}")
  sleep 1
}

count() { grep -c train_inner "$work/run.$1/metrics.jsonl" 2> /dev/null || true; }
reached() { [ "$(n=$(count "$1"); echo "${n:-0}")" -ge "$2" ]; }
field() { client scontrol show job "$1" | tr ' ' '\n' | sed -n "s/^$2=//p" | head -n 1; }
is() { [[ $(field "$1" JobState) =~ ^($2)$ ]]; }
said() { grep -q "$2" "$work/log.$1" || { tail -n 20 "$work/log.$1" >&2; stop "the log of $1 does not say '$2'"; }; }

begin() { # RUN OPTION...: until it came to 20 updates
  echo 20000 > "$updates"
  submit "$@"
  until_true 120 "$1 came to 20 updates" reached "$1" 20
}

processes() { # NODE: of the program
  ip netns pids "$id-$1" | while read -r p; do if [[ $(tr '\0' ' ' < "/proc/$p/cmdline") == "$program "* ]]; then echo "$p"; fi; done
}

# once the nodes are rid of the job that went back, and not after the two minutes that Slurm lets it wait for that
left() { cat /proc/[0-9]*/cmdline 2> /dev/null | tr '\0' '\n' | grep -q "^slurmstepd: \[$(field "$1" JobId)\."; }
runs() {
  [ "$(field "$1" Reason)" != BeginTime ] || left "$1" || client scontrol update JobId="$1" StartTime=now
  is "$1" 'RUNNING|COMPLETING|COMPLETED'
}
soon() { until_true 60 "job $1 runs again" runs "$1"; }

goes_back() { # JOB RUN: into the queue, from where it goes on at once, and to the end, 20 updates further than it is
  until_true 60 "job $1 is back in the queue" is "$1" PENDING
  local there
  there=$(count "$2")
  echo $((there + 20)) > "$updates"
  soon "$1"
  until_true 120 "job $1 is done" is "$1" COMPLETED
  [ "$(count "$2")" = $((there + 20)) ] || stop "$2 came to $(count "$2") updates, not to $((there + 20))"
  [ "$(field "$1" Restarts)" = 1 ] || stop "job $1 was started again $(field "$1" Restarts) times, not once"
  echo "$2: back in the queue at update $there, done at update $((there + 20))"
}

saved() { # RUN: a checkpoint of its last update
  [ -d "$work/run.$1/checkpoints/$(printf 'update_%09d' "$(count "$1")")" ] || stop "$1 has no checkpoint of its last update"
}

train() {
  echo 20 > "$updates"
  submit train
  until_true 120 "it is done" is "$job" 'COMPLETED|FAILED'
  is "$job" COMPLETED || { cat "$work/log.train" >&2; stop "it failed"; }
  grep 'processes on' "$work/log.train"
}

limit() {
  echo 20000 > "$updates"
  submit limit --time=1 --signal=USR1@30
  until_true 120 "the time limit sends it back" is "$job" PENDING
  said limit 'hubert: interrupted'
  saved limit
  goes_back "$job" limit
}

array() {
  echo 20000 > "$updates"
  submit '%a' --array=1-2 --nodes=1 --ntasks-per-node=2
  until_true 120 "both came to 20 updates" reached 1 20
  until_true 120 "both came to 20 updates" reached 2 20
  client scancel --signal=USR1 "${job}_2"
  goes_back "${job}_2" 2
  is "${job}_1" RUNNING || stop "the other task does not train any more"
  [ "$(field "${job}_1" Restarts)" = 0 ] || stop "the other task was started again, too"
  client scancel "$job"
}

cancel() {
  begin cancel
  client scancel "$job"
  until_true 60 "it is cancelled" is "$job" CANCELLED
  until_true 60 "the nodes are free" ready
  said cancel 'hubert: interrupted'
  saved cancel
  echo "cancel: a checkpoint of update $(count cancel), and no way back"
}

requeue() {
  begin requeue
  client scontrol requeue "$job"
  until_true 60 "it is back in the queue" is "$job" PENDING
  said requeue 'hubert: interrupted'
  saved requeue
  goes_back "$job" requeue
}

preempt() {
  begin preempt
  client sbatch --partition=urgent --nodes=2 --exclusive --output=/dev/null --wrap 'sleep 1' > /dev/null
  until_true 60 "it is back in the queue" is "$job" PENDING
  said preempt 'hubert: interrupted'
  saved preempt
  goes_back "$job" preempt
}

kill_() {
  local begun there
  MOST_RESTARTS=1 begin kill
  begun=$SECONDS
  kill -9 "$(processes 2)"
  until_true 60 "it is back in the queue" is "$job" PENDING
  echo "kill: back in the queue after $((SECONDS - begun)) s"
  said kill 'rank 1 on node2 .* gives no sign of life'
  there=$(count kill)
  soon "$job"
  until_true 120 "it goes on" reached kill $((there + 10))
  kill -9 "$(processes 1)"
  until_true 60 "it is over" is "$job" FAILED
  said kill 'was started again 1 times already'
  echo "kill: and no second time; exit code $(field "$job" ExitCode)"
}

daemon() {
  local begun
  SILENCE=5 begin daemon
  begun=$SECONDS
  ip netns pids "$id-2" | while read -r p; do
    [[ $(tr '\0' ' ' < "/proc/$p/cmdline") != "slurmstepd: [$job.0]"* ]] || kill -9 "$p"
  done
  until_true 90 "it is back in the queue" is "$job" PENDING
  echo "daemon: back in the queue after $((SECONDS - begun)) s"
  goes_back "$job" daemon
}

fault() {
  local begun=$SECONDS
  submit fault --export="ALL,HUBERT=$work/odd"
  until_true 120 "it is over" is "$job" 'FAILED|PENDING'
  grep '^hubert:\|^srun' "$work/log.fault" || true
  is "$job" FAILED || stop "it went back into the queue"
  echo "fault: over after $((SECONDS - begun)) s; exit code $(field "$job" ExitCode)"
}

node() {
  begin node
  # with all of its processes
  ip netns pids "$id-2" | xargs kill -9 || true # those that ended with others among them
  until_true 90 "it is back in the queue" is "$job" PENDING
  machine 2 node2 slurmd -D -N node2
  until_true 60 "the node is back" ready
  sleep 20 # Slurm 22.05 mixes the job's two lives up where one follows the other at once
  goes_back "$job" node
}

mpi() {
  local kind
  echo 5 > "$updates"
  for kind in none pmi2; do
    ! client timeout 120 srun -N2 --mpi=$kind "$HUBERT" pretrain --run "$work/without.$kind" "${tiny[@]}" > "$work/log.$kind" 2>&1 ||
      stop "it trained with --mpi=$kind"
    said "$kind" 'srun --mpi=pmix'
    echo "$kind: $(grep -m 1 'srun --mpi=pmix' "$work/log.$kind")"
  done
}

begun=$SECONDS
for case in "${cases[@]}"; do
  [ "$case" != kill ] || case=kill_
  until_true 60 "the nodes are free" ready
  "$case"
done

# --- every run beside one that nobody disturbed, by one process
most=0
for log in "$work"/run.*/metrics.jsonl; do
  run=${log%/*}
  n=$(count "${run##*run.}")
  [ "$n" -le "$most" ] || most=$n
done
[ "$most" != 0 ] || exit 0
"$program" pretrain --run "$work/whole" "${tiny[@]}" optimization.max_update="$most" optimization.update_freq='[2]' \
  common.num_threads=1 > "$work/log.whole" 2>&1 ||
  { tail -n 20 "$work/log.whole" >&2; stop "no whole training"; }
curve() { grep train_inner "$1/metrics.jsonl" | head -n "$2" | sed -E 's/"(wps|ups|wall|train_wall|audio_s_per_s|peak_rss_mib)":[^,}]*,?//g'; }
for log in "$work"/run.*/metrics.jsonl; do
  run=${log%/*}
  n=$(count "${run##*run.}")
  diff <(curve "$run" "$n") <(curve "$work/whole" "$n") > /dev/null || stop "$run: its curve is not that of a training that nobody disturbed"
done
echo "all curves are that of a training that nobody disturbed, up to update $most; $((SECONDS - begun)) s"
