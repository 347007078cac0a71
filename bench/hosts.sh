#!/usr/bin/env bash
# Several machines on this one: network namespaces with addresses of their own, joined by a bridge, between which Open MPI speaks TCP.
# Needs root, iproute2 and Open MPI. mpirun's remote shell is 'ip netns exec', so no ssh is needed; each namespace has its own host name.
# bench/hosts.sh train [HOSTS, 2 by default]      trains a very small model and prints how it ended
# bench/hosts.sh cut [HOSTS] [DEATH_TIMEOUT]      cuts the last host off in mid-run: the job has to end within 30 s and name it, and the same
#                                                 command to come to the metrics of a job that nobody disturbed
# bench/hosts.sh announce [HOSTS]                 sends the launch script SIGTERM in mid-run: exit code 130, and the same command goes on
# bench/hosts.sh scale [HOSTS] [GBIT ...] [key=value ...]   time of an update and of its sum at these rates (1 and 10), beside the forecast
# Environment: HUBERT, the program; HOSTS_WORK, a folder to work in; HOSTS_UPDATES of 'train' and 'scale';
#              HOSTS_DELAY, milliseconds from one host to another, by tc netem: a second Linux, which is a process here (user-mode-linux), passes the
#              packets on then (bench/router.sh), because the kernel of a container or a small machine often has no netem; up to 3 Gbit/s;
#              HOSTS_GBIT, the rate of a link, 1 with HOSTS_DELAY, else as fast as it goes ('scale' sets its own)
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
stop() { printf 'hosts.sh: %s\n' "$1" >&2; exit 1; }
[ "$(id -u)" = 0 ] || stop "network namespaces need root; run it as root, or in a container with CAP_NET_ADMIN and CAP_SYS_ADMIN"
what=${1:-train} hosts=${2:-2} delay=${HOSTS_DELAY:-} router=
for tool in ip tc mpirun unshare ${delay:+linux.uml modprobe}; do
  command -v "$tool" > /dev/null || stop "no $tool; on Debian and Ubuntu: apt-get install iproute2 openmpi-bin util-linux${delay:+ user-mode-linux kmod}"
done
[[ $hosts =~ ^[2-4]$ ]] || stop "2 to 4 hosts, not '$hosts'"
id=hs$$ work=${HOSTS_WORK:-$(mktemp -d)}
program=${HUBERT:-$PWD/src/HubertSharp.Cli/bin/Release/net10.0/hubert}
[ -x "$program" ] || dotnet build -c Release src/HubertSharp.Cli -v quiet --nologo -clp:ErrorsOnly
# shellcheck source=bench/noise.sh
. bench/noise.sh

clean() {
  [ -z "$router" ] || kill -9 "$router" 2> /dev/null || true
  for ((h = 1; h <= hosts; h++)); do
    { ip netns pids "$id-$h" | xargs -r kill -9; } 2> /dev/null || true
    ip netns del "$id-$h" 2> /dev/null || true
  done
  ip link del "$id" 2> /dev/null || true
  [ -n "${HOSTS_WORK:-}" ] || rm -rf "$work"
}
trap clean EXIT

# host h has the address 10.86.0.h and the name hosth; its link's other end lies on the bridge
if [ -z "$delay" ]; then
  ip link add "$id" type bridge || stop "this kernel or container permits no bridge"
  ip link set "$id" up
fi
for ((h = 1; h <= hosts; h++)); do
  ip netns add "$id-$h"
  ip -n "$id-$h" link set lo up
  if [ -z "$delay" ]; then
    ip link add "$id.$h" type veth peer name eth0 netns "$id-$h"
    ip link set "$id.$h" master "$id" up
    ip -n "$id-$h" addr add "10.86.0.$h/24" dev eth0
    ip -n "$id-$h" link set eth0 up
  fi
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

route() { # GBIT: through a router with this rate and the delay, in place of the one before
  local devices=() first=() h
  if [ -n "$router" ]; then
    kill -9 "$router"
    wait "$router" 2> /dev/null || true
  fi
  for ((h = 1; h <= hosts; h++)); do
    while ip -n "$id-$h" link show eth0 &> /dev/null; do sleep 0.1; done
    devices+=("vec$h:transport=tap,ifname=$id.$h,mtu=9000")
  done
  # else it waits for a core that ranks compute on
  if chrt -f 1 true 2> /dev/null; then first=(chrt -f 1); fi
  mkdir -p "$work/lib"
  ln -sfn /usr/lib/uml/modules "$work/lib/modules"
  rm -f "$work/up"
  : > "$work/router"
  setpriv --pdeathsig KILL "${first[@]}" unshare --pid --fork --kill-child linux.uml mem=256M uml_dir="$work" rootfstype=hostfs rootflags=/ ro \
    con=null con0=null,fd:1 init="$PWD/bench/router.sh" devices="$hosts" gbit="$1" delay="$delay" work="$work" "${devices[@]}" > "$work/router" < /dev/null 2>&1 &
  router=$!
  router_says opened
  for ((h = 1; h <= hosts; h++)); do
    ip link set "$id.$h" netns "$id-$h" name eth0
    ip -n "$id-$h" addr add "10.86.0.$h/24" dev eth0
    ip -n "$id-$h" link set eth0 mtu 9000 txqueuelen 10000 up
    tc -n "$id-$h" qdisc add dev eth0 root tbf rate "${1}gbit" burst 1mb latency 50ms
  done
  touch "$work/up"
  router_says ready
}

router_says() { # WORD: waits for it
  local n
  for ((n = 0; $(grep -ac "^$1" "$work/router") == 0; n++)); do
    if ! kill -0 "$router" 2> /dev/null || [ "$n" -ge 200 ]; then tail -n 5 "$work/router" >&2; stop "the router did not come up"; fi
    sleep 0.1
  done
}

rate() { # GBIT: of every link, both ways
  if [ -n "$delay" ]; then
    route "$1"
    return
  fi
  for ((h = 1; h <= hosts; h++)); do
    for end in "-n $id-$h:eth0" ":$id.$h"; do
      # shellcheck disable=SC2086
      tc ${end%%:*} qdisc replace dev "${end##*:}" root handle 1: tbf rate "${1}gbit" burst 1mb latency 50ms
    done
  done
}

cable() { # up or down: that of the last host
  if [ -z "$delay" ]; then ip link set "$id.$hosts" "$1"; return; fi
  if [ "$1" = up ]; then ip -n "$id-$hosts" link set eth0 carrier on; else ip -n "$id-$hosts" link set eth0 carrier off; fi
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
  job "$work/run" "${tiny[@]}" optimization.max_update="${HOSTS_UPDATES:-12}" 2>&1 | tail -n 5
}

begin() { # RUN KEY=VALUE...: in the background, until it came to 20 updates
  local wait
  job "$@" > "$work/log" 2>&1 &
  pid=$!
  for ((wait = 0; $(updates "$1") < 20; wait++)); do
    if ! kill -0 "$pid" 2> /dev/null || [ "$wait" -ge 1200 ]; then tail -n 20 "$work/log" >&2; stop "the job came to no 20 updates"; fi
    sleep 0.2
  done
}

# RUN KEY=VALUE...: goes on, and to what a job comes to that nobody disturbed
goes_on() {
  local run=$1 reached=$(($(updates "$1") + 10))
  shift
  job "$run" "$@" optimization.max_update=$reached > "$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; stop "it did not go on"; }
  job "$work/whole" "$@" optimization.max_update=$reached > "$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; stop "no whole job"; }
  diff <(curve "$run") <(curve "$work/whole") > /dev/null || stop "the curve is not that of a job that nobody disturbed"
  echo "it went on to update $reached, with the curve of a job that nobody disturbed"
}

announce() {
  local run=$work/run begun seconds status=0
  local all=("${tiny[@]}" optimization.max_update=4000 lr_scheduler.total_num_update=4000)
  begin "$run" "${all[@]}"
  begun=$(date +%s%N)
  # to the script itself, as a batch system would
  kill -TERM "$(ip netns pids "$id-1" | while read -r p; do
    tr '\0' ' ' < "/proc/$p/cmdline" | grep -q '^bash launch/mpirun.sh' && echo "$p" && break; done)"
  wait "$pid" || status=$?
  seconds=$((($(date +%s%N) - begun) / 1000000000))
  grep -a '^hubert\|interrupted' "$work/log" | tail -n 2
  echo "the job ended after $seconds s with $status"
  [ "$status" = 130 ] || stop "it should have ended with 130"
  [ -d "$run/checkpoints/$(printf 'update_%09d' "$(updates "$run")")" ] || stop "there is no checkpoint of its last update"
  goes_on "$run" "${all[@]}"
}

cut() {
  local last=$((hosts - 1)) run=$work/run limit=${1:-} begun seconds status=0
  local all=("${tiny[@]}" optimization.max_update=400 lr_scheduler.total_num_update=400)
  begin "$run" "${all[@]}" ${limit:+distributed_training.death_timeout="$limit"}
  cable down
  begun=$(date +%s%N)
  echo "host$hosts was cut off after $(updates "$run") updates"
  wait "$pid" || status=$?
  seconds=$((($(date +%s%N) - begun) / 1000000000))
  grep -a '^hubert\|rank ' "$work/log" | tail -n 3
  echo "the job ended after $seconds s with $status"
  # what is left behind the cut would end by itself, too, but not yet
  { ip netns pids "$id-$hosts" | xargs -r kill -9; } 2> /dev/null || true
  cable up
  for ((h = 1; h <= hosts; h++)); do ip -n "$id-$h" neigh flush all; done
  sleep 5
  grep -aq "rank $last on host$hosts" "$work/log" || stop "nobody named rank $last on host$hosts"
  if [ "$seconds" -gt 30 ] || [ "$status" = 0 ]; then stop "it should have ended within 30 s, with another exit code than 0"; fi
  goes_on "$run" "${all[@]}"
}

scale() { # GBIT... KEY=VALUE...: hubert_small_cpu itself, whose gradients are 18 MB, beside the forecast from the step that was measured in the same run
  local gbit run word rates=() config=(dataset.max_tokens=96000) step forecast
  for word in "$@"; do if [[ $word == *=* ]]; then config+=("$word"); else rates+=("$word"); fi; done
  [ ${#rates[@]} -gt 0 ] || rates=(1 10)
  for gbit in "${rates[@]}"; do
    rate "$gbit"
    run=$work/scale-$gbit
    rm -rf "$run"
    job "$run" "${config[@]}" optimization.max_update="${HOSTS_UPDATES:-20}" checkpoint.no_save=true > "$work/log" 2>&1 ||
      { tail -n 20 "$work/log" >&2; stop "the job at $gbit Gbit/s failed"; }
    # the first two updates are warm-up; of each line the rank that works longest
    step=$(awk 'NR > 2 { gsub(/.*"seconds":\[\[|\]\].*/, ""); most = 0
        for (r = split($0, ranks, /\],\[/); r > 0; r--) { split(ranks[r], s, ","); if (s[1] + s[2] + s[3] > most) most = s[1] + s[2] + s[3] }
        print most }' "$run/ranks/times.jsonl" | sort -g | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }')
    forecast=$("$program" plan hubert_small_cpu "${config[@]}" --nodes "$hosts" --gpus 1 --link "$gbit" --step-seconds "$step" \
      ${delay:+--latency "$(awk -v ms="$delay" 'BEGIN { print 1000 * ms }')"} \
      --clusters 20 --utterance-seconds 2 --json | tr -d ' \n' | sed 's/.*"asked":{\([^}]*\)}.*/\1/')
    field() { local rest=${forecast#*\""$1"\":}; printf '%s' "${rest%%,*}"; }
    # a sum is under way from when its last rank came; until then the others wait for that rank, not for the network
    tr -s ' ' < <(cat "$run"/ranks/rank_*.calls) | awk -F '\t' -v gbit="$gbit" -v hosts="$hosts" -v step="$step" \
      -v update="$(field updateSeconds)" -v reduce="$(field reduceSeconds)" '
      ($2 ~ /sum$/ || $2 == "hand-out") && $4 > 2 { if (!($1 in from) || $5 > from[$1]) from[$1] = $5; if ($6 > to[$1]) to[$1] = $6; bytes[$1] = $3; at[$1] = $4
        if (!first || $5 < first) first = $5; if ($6 > last) last = $6; seen[$4] = 1 }
      END { for (u in seen) n++; for (c in from) { took[at[c]] += (to[c] - from[c]) / 1e7; size += bytes[c] }
        for (u in took) sorted[++k] = took[u]
        for (i = 2; i <= k; i++) { x = sorted[i]; for (j = i - 1; j > 0 && sorted[j] > x; j--) sorted[j + 1] = sorted[j]; sorted[j + 1] = x }
        printf "%d hosts, %s Gbit/s: step %.3f s; update %.3f s, forecast %.3f; sum of %.1f MB %.3f s (fastest %.3f), forecast %.3f\n",
          hosts, gbit, step, (last - first) / 1e7 / n, update, size / n / 1e6, sorted[int((k + 1) / 2)], sorted[1], reduce }'
  done
}

noise "$work/data" "$program" "$work"
gbit=${HOSTS_GBIT:-${delay:+1}}
if [ "$what" != scale ] && [ -n "$gbit" ]; then rate "$gbit"; fi
case $what in
  train) train ;;
  cut) cut "${3:-}" ;;
  announce) announce ;;
  scale) shift $(($# < 2 ? $# : 2)); scale "$@" ;;
  *) stop "no '$what'; train, cut, announce or scale" ;;
esac
