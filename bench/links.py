#!/usr/bin/env python3
"""Links between network namespaces with a rate and a delay, for kernels without tc netem (bench/hosts.sh).

links.py GBIT DELAY_MS NAMESPACE=ADDRESS ...   gives each namespace a device 'eth0' (TUN) with that address, prints 'ready', and carries
packets between them until it or its parent is killed. A packet leaves when those before it have left, at GBIT, and comes after DELAY_MS more. Needs root.
"""
import ctypes
import fcntl
import heapq
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time

MTU = 9000
TUN, WITHOUT_HEADER, SET_DEVICE, NEW_NETWORK, DEATH_SIGNAL, TIMER_SLACK = 0x1, 0x1000, 0x400454CA, 0x40000000, 1, 29
libc = ctypes.CDLL(None, use_errno=True)


def device(namespace, address):
    with open(f"/run/netns/{namespace}", "rb") as place:
        if libc.setns(place.fileno(), NEW_NETWORK) != 0:
            sys.exit(f"links.py: {namespace}: {os.strerror(ctypes.get_errno())}")
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, SET_DEVICE, struct.pack("16sH22x", b"eth0", TUN | WITHOUT_HEADER))
    for line in (f"addr add {address}/24 dev eth0", f"link set eth0 mtu {MTU} txqueuelen 10000 up"):
        subprocess.run(["ip", *line.split()], check=True)
    return tun


def main():
    bytes_per_second, delay = float(sys.argv[1]) * 1e9 / 8, float(sys.argv[2]) / 1e3
    hosts = dict(pair.split("=") for pair in sys.argv[3:])
    tuns = {socket.inet_aton(address): device(namespace, address) for namespace, address in hosts.items()}
    libc.prctl(DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
    libc.prctl(TIMER_SLACK, 1, 0, 0, 0)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))  # else it waits for a core that ranks compute on
    except OSError:
        os.nice(-20)
    print("ready", flush=True)
    leaves = dict.fromkeys(tuns.values(), 0.0)  # when all that came from a device so far has left it
    comes = dict(leaves)  # when all that goes to a device has come
    under_way, number = [], 0
    while True:
        now = time.monotonic()
        while under_way and under_way[0][0] <= now:
            _, _, to, packet = heapq.heappop(under_way)
            os.write(to, packet)
        wait = under_way[0][0] - now if under_way else None
        for source in select.select(tuns.values(), [], [], wait)[0]:
            now = time.monotonic()
            for _ in range(16):
                try:
                    packet = os.read(source, MTU)
                except BlockingIOError:
                    break
                to = tuns.get(packet[16:20])  # the destination of IPv4
                if to is None:
                    continue
                takes = len(packet) / bytes_per_second
                leaves[source] = max(now, leaves[source]) + takes
                comes[to] = max(leaves[source], comes[to] + takes)
                number += 1
                heapq.heappush(under_way, (comes[to] + delay, number, to, packet))


main()
