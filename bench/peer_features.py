#!/usr/bin/env python3
"""peer_features.py [--minutes 2] [--clip-seconds 15] [--attention sdpa] [--processes 1]: features of a HuBERT Base with random weights by transformers, timed.

The other side of `hubert bench extract`: layer 12 of clips of made-up audio, float32, one clip after the other; with one
process on all threads, with several on a thread each."""
import argparse
import json
import multiprocessing
import resource
import time

import torch
from transformers import HubertConfig, HubertModel


def extract(options, clips, start, ready):
    torch.manual_seed(1)
    config = HubertConfig()
    config._attn_implementation = options.attention
    model = HubertModel(config).eval()
    audio = torch.randn(clips, options.clip_seconds * 16000) * 0.1
    with torch.inference_mode():
        model(audio[:1])
        ready.wait()
        begin = time.perf_counter()
        for clip in audio:
            model(clip.unsqueeze(0))
    start.put((time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))


def work(options, clips, start, ready):
    torch.set_num_threads(1)
    extract(options, clips, start, ready)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--clip-seconds", type=int, default=15)
    parser.add_argument("--attention", default="sdpa", choices=["eager", "sdpa"])
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    clips, count = int(options.minutes * 60 / options.clip_seconds), options.processes
    context = multiprocessing.get_context("spawn")
    times, ready = context.SimpleQueue(), context.Barrier(count)
    if count == 1:
        extract(options, clips, times, ready)
    workers = [context.Process(target=work, args=(options, clips // count, times, ready)) for _ in range(count)] if count > 1 else []
    for worker in workers:
        worker.start()
    ends = [times.get() for _ in range(count)]
    print(json.dumps({"timesRealTime": round(clips * options.clip_seconds / max(s for s, _ in ends), 2), "torch": torch.__version__,
                      "peakMemoryMiB": sum(m for _, m in ends)}))


if __name__ == "__main__":
    main()
