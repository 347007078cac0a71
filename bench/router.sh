#!/usr/bin/env bash
# First process of the router of bench/hosts.sh, a Linux of its own (user-mode-linux) whose files are this machine's: a switch of its
# devices vec1, vec2 ..., each of which passes on at a rate and after a delay (tc netem).
# The kernel's command line sets devices, their number; gbit; delay, in milliseconds; and work, a folder with lib/modules, where a file
# named 'up' says that the other end of each device is up.
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
: "${devices:?}" "${gbit:?}" "${delay:?}" "${work:?}"
mount -t proc proc /proc
modprobe -d "$work" ipv6 disable_ipv6=1 # or the switch itself would send packets
modprobe -d "$work" -a bridge sch_netem
ip link add name switch type bridge mcast_snooping 0
ip link set switch up
for ((n = 1; n <= devices; n++)); do
  tc qdisc add dev "vec$n" root netem delay "${delay}ms" rate "${gbit}gbit"
  ip link set "vec$n" up
done
echo opened
until [ -e "$work/up" ]; do sleep 0.05; done
for ((n = 1; n <= devices; n++)); do ip link set "vec$n" master switch; done
tc qdisc show
echo ready
exec sleep infinity
