#!/usr/bin/env bash
# Several machines on this one: network namespaces with addresses of their own, joined by a bridge, between which Open MPI speaks TCP.
# Needs root, iproute2 and Open MPI. mpirun's remote shell is 'ip netns exec', so no ssh is needed; each namespace has its own host name.
# bench/hosts.sh train [HOSTS, 2 by default]      trains a very small model and prints how it ended
# bench/hosts.sh cut [HOSTS] [DEATH_TIMEOUT]      cuts the last host off in mid-run: the job has to end within 30 s and name it, and the same
#                                                 command to come to the metrics of a job that nobody disturbed
# bench/hosts.sh scale [HOSTS] [GBIT ...] [key=value ...]   time of an update and its share of sums at these rates (1 and 10)
# Environment: HOSTS_DELAY, of each link, such as 1ms (tc netem, where the kernel has it); HOSTS_WORK, a folder to work in.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
stop() { printf 'hosts.sh: %s\n' "$1" >&2; exit 1; }
[ "$(id -u)" = 0 ] || stop "network namespaces need root; run it as root, or in a container with CAP_NET_ADMIN and CAP_SYS_ADMIN"
for tool in ip tc mpirun unshare; do command -v "$tool" > /dev/null || stop "no $tool; on Debian and Ubuntu: apt-get install iproute2 openmpi-bin util-linux"; done

what=${1:-train} hosts=${2:-2}
[[ $hosts =~ ^[2-4]$ ]] || stop "2 to 4 hosts, not '$hosts'"
id=hs$$ work=${HOSTS_WORK:-$(mktemp -d)}
program=src/HubertSharp.Cli/bin/Release/net10.0/hubert
[ -x "$program" ] || dotnet build -c Release src/HubertSharp.Cli -v quiet --nologo -clp:ErrorsOnly
program=$PWD/$program
# shellcheck source=bench/noise.sh
. bench/noise.sh

clean() {
  for ((h = 1; h <= hosts; h++)); do
    { ip netns pids "$id-$h" | xargs -r kill -9; } 2> /dev/null || true
    ip netns del "$id-$h" 2> /dev/null || true
  done
  ip link del "$id" 2> /dev/null || true
  [ -n "${HOSTS_WORK:-}" ] || rm -rf "$work"
}
trap clean EXIT

# host h has the address 10.86.0.h and the name hosth; its link's other end, v<h>, lies on the bridge
ip link add "$id" type bridge || stop "this kernel or container permits no bridge"
ip link set "$id" up
for ((h = 1; h <= hosts; h++)); do
  ip netns add "$id-$h"
  ip link add "$id.$h" type veth peer name eth0 netns "$id-$h"
  ip link set "$id.$h" master "$id" up
  ip -n "$id-$h" addr add "10.86.0.$h/24" dev eth0
  ip -n "$id-$h" link set eth0 up
  ip -n "$id-$h" link set lo up
  printf '10.86.0.%d slots=1\n' "$h" >> "$work/hostfile"
done

# what mpirun calls as rsh: HOST COMMAND...
cat > "$work/rsh" << RSH
#!/usr/bin/env bash
host=\$1; shift
number=\${host##*.}
exec ip netns exec "$id-\$number" unshare --uts --pid --fork --mount-proc bash -c "hostname host\$number; export PATH='$PATH'; \$*"
RSH
chmod +x "$work/rsh"

rate() { # GBIT: of every link, both ways
  for ((h = 1; h <= hosts; h++)); do
    for end in "-n $id-$h:eth0" ":$id.$h"; do
      # shellcheck disable=SC2086
      tc ${end%%:*} qdisc replace dev "${end##*:}" root handle 1: tbf rate "${1}gbit" burst 1mb latency 50ms
      # shellcheck disable=SC2086
      [ -z "${HOSTS_DELAY:-}" ] || tc ${end%%:*} qdisc replace dev "${end##*:}" parent 1: netem delay "$HOSTS_DELAY" 2> /dev/null ||
        stop "this kernel has no netem, so links have no delay; leave out HOSTS_DELAY"
    done
  done
}

job() { # RUN CONFIG KEY=VALUE...: one process for each host, started by the launch script from the first
  local run=$1
  shift
  ip netns exec "$id-1" unshare --uts --pid --fork --mount-proc --kill-child bash -c 'hostname host1; exec "$@"' _ \
    env LC_ALL=C OMPI_MCA_plm_rsh_agent="$work/rsh" OMPI_MCA_orte_leave_session_attached=1 OMPI_MCA_pml=ob1 OMPI_MCA_btl=self,tcp \
    OMPI_MCA_btl_tcp_if_include=10.86.0.0/24 OMPI_MCA_oob_tcp_if_include=10.86.0.0/24 THREADS=1 \
    launch/mpirun.sh "$work/hostfile" "$program" pretrain --config-name hubert_small_cpu --run "$run" --force-labels --no-doctor \
    task.data="$work/data" task.label_dir="$work/data" model.label_rate=100 common.log_interval=1 common.bf16=false \
    dataset.disable_validation=true dataset.num_workers=0 dataset.required_batch_size_multiple=1 "$@"
}

tiny=(distributed_training.reproducible=true checkpoint.save_interval_updates=5 checkpoint.keep_interval_updates=2
  task.max_sample_size=20000 dataset.max_tokens=40000 lr_scheduler.warmup_updates=2 model.encoder_layers=2 model.encoder_embed_dim=32
  model.encoder_ffn_embed_dim=64 model.encoder_attention_heads=2 model.final_dim=16 model.conv_pos=16 model.conv_pos_groups=4
  "model.conv_feature_layers=[(32,10,5)] + [(32,3,2)] * 4 + [(32,2,2)] * 2")

updates() { # RUN: of its log so far
  local count
  count=$(grep -c train_inner "$1/metrics.jsonl" 2> /dev/null) || true
  echo "${count:-0}"
}

curve() { # RUN: what it measured, without the clock's part
  sed -E 's/"(wps|ups|wall|train_wall|audio_s_per_s|peak_rss_mib)":[^,}]*,?//g' "$1/metrics.jsonl"
}

train() {
  job "$work/run" "${tiny[@]}" optimization.max_update=12 2>&1 | tail -n 5
}

cut() {
  local last=$((hosts - 1)) run=$work/run limit=${1:-} begun seconds status=0
  local all=("${tiny[@]}" optimization.max_update=400 lr_scheduler.total_num_update=400)
  job "$run" "${all[@]}" ${limit:+distributed_training.death_timeout="$limit"} > "$work/log" 2>&1 &
  local pid=$!
  for ((wait = 0; $(updates "$run") < 20; wait++)); do
    kill -0 "$pid" 2> /dev/null && [ "$wait" -lt 1200 ] || { tail -n 20 "$work/log" >&2; stop "the job came to no 20 updates"; }
    sleep 0.2
  done
  ip link set "$id.$hosts" down
  begun=$(date +%s%N)
  echo "host$hosts was cut off after $(updates "$run") updates"
  wait "$pid" || status=$?
  seconds=$((($(date +%s%N) - begun) / 1000000000))
  grep -a '^hubert\|rank ' "$work/log" | tail -n 3
  echo "the job ended after $seconds s with $status"
  # what is left behind the cut would end by itself, too, but not yet
  { ip netns pids "$id-$hosts" | xargs -r kill -9; } 2> /dev/null || true
  ip link set "$id.$hosts" up
  for ((h = 1; h <= hosts; h++)); do ip -n "$id-$h" neigh flush all; done
  sleep 5
  grep -aq "rank $last on host$hosts" "$work/log" || stop "nobody named rank $last on host$hosts"
  [ "$seconds" -le 30 ] && [ "$status" != 0 ] || stop "it should have ended within 30 s, with another exit code than 0"
  local reached=$(($(updates "$run") + 10))
  job "$run" "${all[@]}" optimization.max_update=$reached > "$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; stop "it did not go on"; }
  job "$work/whole" "${all[@]}" optimization.max_update=$reached > "$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; stop "no whole job"; }
  diff <(curve "$run") <(curve "$work/whole") > /dev/null || stop "the curve is not that of a job that nobody disturbed"
  echo "it went on to update $reached, with the curve of a job that nobody disturbed"
}

scale() { # GBIT... KEY=VALUE...: hubert_small_cpu itself, whose gradients are 18 MB
  local gbit run word rates=() settings=()
  for word in "$@"; do [[ $word == *=* ]] && settings+=("$word") || rates+=("$word"); done
  [ ${#rates[@]} -gt 0 ] || rates=(1 10)
  for gbit in "${rates[@]}"; do
    rate "$gbit"
    run=$work/scale-$gbit
    job "$run" dataset.max_tokens=96000 optimization.max_update=8 checkpoint.no_save=true "${settings[@]}" > "$work/log" 2>&1 ||
      { tail -n 20 "$work/log" >&2; stop "the job at $gbit Gbit/s failed"; }
    # of the updates after the second, which are no warm-up: what the first rank spent in sums, from its own log of calls
    tr -s ' ' < "$run/ranks/rank_00000.calls" | awk -F '\t' -v gbit="$gbit" -v hosts="$hosts" '
      NR > 2 && ($2 == "sum" || $2 == "hand-out") && $4 > 2 { sums += ($6 - $5) / 1e7; bytes += $3; if (!first) first = $5; last = $6; seen[$4] = 1 }
      END { for (u in seen) n++; whole = (last - first) / 1e7
        printf "%d hosts, %s Gbit/s: %.2f s an update, of which %.2f s (%.0f%%) in the sum of %.1f MB\n", hosts, gbit, whole / n, sums / n,
          100 * sums / whole, bytes / n / 1e6 }'
  done
}

noise "$work/data" "$program" "$work"
case $what in
  train) train ;;
  cut) cut "${3:-}" ;;
  scale) shift $(($# < 2 ? $# : 2)); scale "$@" ;;
  *) stop "no '$what'; train, cut or scale" ;;
esac
