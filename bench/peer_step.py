#!/usr/bin/env python3
"""peer_step.py [--bf16 no|autocast|pure] [--rows 4] [--seconds 10] [--steps 3]: a training step of HuBERT Base in plain PyTorch, timed.

The other side of `hubert bench step --config-name hubert_base_librispeech model.encoder_layerdrop=0`: the same shapes, dropouts, masks, loss and
clipping, written with torch's modules as the usual Python implementations are. Needs only PyTorch (Debian: python3-torch)."""
import argparse
import json
import time

import torch
import torch.nn.functional as F
from torch import nn

CONV = [(512, 10, 5)] + [(512, 3, 2)] * 4 + [(512, 2, 2)] * 2


def norm(module, x):
    return module(x.to(module.weight.dtype))  # older versions' autocast leaves norms in the type of their input


class Layer(nn.Module):
    def __init__(self, width=768, heads=12, inner=3072, dropout=0.1):
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.q, self.k, self.v, self.out = (nn.Linear(width, width) for _ in range(4))
        self.fc1, self.fc2 = nn.Linear(width, inner), nn.Linear(inner, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)

    def split(self, x):
        rows, frames, width = x.shape
        return x.view(rows, frames, self.heads, width // self.heads).transpose(1, 2)

    def forward(self, x):
        rows, frames, width = x.shape
        q, k, v = self.split(self.q(x) * (width // self.heads) ** -0.5), self.split(self.k(x)), self.split(self.v(x))
        weights = F.dropout(torch.softmax(q @ k.transpose(2, 3), -1), self.dropout, self.training)
        mixed = (weights @ v).transpose(1, 2).reshape(rows, frames, width)
        x = norm(self.norm1, x + F.dropout(self.out(mixed), self.dropout, self.training))
        return norm(self.norm2, x + F.dropout(self.fc2(F.gelu(self.fc1(x))), self.dropout, self.training))


class Hubert(nn.Module):
    def __init__(self, width=768, layers=12, final=256, classes=504):
        super().__init__()
        sizes = [1] + [c for c, _, _ in CONV]
        self.convs = nn.ModuleList(nn.Conv1d(sizes[i], c, k, s, bias=False) for i, (c, k, s) in enumerate(CONV))
        self.group_norm = nn.GroupNorm(512, 512)
        self.norm, self.project = nn.LayerNorm(512), nn.Linear(512, width)
        self.mask = nn.Parameter(torch.rand(width))
        self.positions = nn.utils.weight_norm(nn.Conv1d(width, width, 128, padding=64, groups=16), dim=2)
        self.first_norm = nn.LayerNorm(width)
        self.layers = nn.ModuleList(Layer(width) for _ in range(layers))
        self.final, self.classes = nn.Linear(width, final), nn.Parameter(torch.rand(classes, final))

    def forward(self, audio, mask, labels):
        x = audio.unsqueeze(1).to(self.convs[0].weight.dtype)
        for i, conv in enumerate(self.convs):
            x = conv(x)
            x = F.gelu(norm(self.group_norm, x) if i == 0 else x)
        x = x * 0.1 + x.detach() * 0.9  # feature_grad_mult
        penalty = x.float().pow(2).mean()
        x = F.dropout(self.project(norm(self.norm, x.transpose(1, 2))), 0.1, self.training)
        x = torch.where(mask.unsqueeze(-1), self.mask.to(x.dtype), x)
        x = x + F.gelu(self.positions(x.transpose(1, 2))[..., :-1]).transpose(1, 2)
        x = F.dropout(norm(self.first_norm, x), 0.1, self.training)
        for layer in self.layers:
            x = layer(x)
        own = self.final(x[mask]).float()
        logits = F.normalize(own, dim=-1) @ F.normalize(self.classes.float(), dim=-1).t() / 0.1
        return F.cross_entropy(logits, labels[mask], reduction="sum") + 10 * penalty * mask.sum()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bf16", default="no", choices=["no", "autocast", "pure"])
    parser.add_argument("--rows", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--warm-up", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(1)
    model = Hubert().train()
    if options.bf16 == "pure":
        model = model.to(torch.bfloat16)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, betas=(0.9, 0.98), eps=1e-6, weight_decay=0.01)
    audio = torch.randn(options.rows, int(options.seconds * 16000)) * 0.1
    frames = audio.shape[1]
    for _, kernel, stride in CONV:
        frames = (frames - kernel) // stride + 1
    mask = torch.zeros(options.rows, frames, dtype=torch.bool)
    for row in range(options.rows):
        for start in torch.randperm(frames - 10)[: int(0.8 * frames / 10)]:
            mask[row, start : start + 10] = True
    labels = torch.randint(4, 504, mask.shape)
    times = []
    for step in range(options.warm_up + options.steps):
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=options.bf16 == "autocast"):
            loss = model(audio, mask, labels)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 10)
        optimizer.step()
        if step >= options.warm_up:
            times.append(time.perf_counter() - start)
    times.sort()
    total = options.rows * options.seconds
    print(json.dumps({"audioSecondsPerSecond": round(total / times[len(times) // 2], 2), "fastest": round(total / times[0], 2), "torch": torch.__version__,
                      "threads": torch.get_num_threads(), "bf16": options.bf16, "parameters": sum(p.numel() for p in model.parameters())}))


main()
