#!/usr/bin/env python3
"""peer_step.py [--model base|small] [--by torch|eager|sdpa] [--bf16 no|autocast|pure] [--rows 4] [--seconds 10] [--steps 3]: a training step, timed.

The other side of `hubert bench step --config-name hubert_base_librispeech|hubert_small_cpu model.encoder_layerdrop=0`: the same shapes, dropouts,
masks, loss and clipping. `torch`: written with torch's modules, as the usual Python implementations are; `eager`, `sdpa`: HubertModel of
transformers with that attention."""
import argparse
import json
import resource
import time

import torch
import torch.nn.functional as F
from torch import nn

KERNELS = [(10, 5)] + [(3, 2)] * 4 + [(2, 2)] * 2
SIZES = {  # as in the configurations of these names
    "base": dict(channels=512, width=768, layers=12, heads=12, inner=3072, taps=128, final=256),
    "small": dict(channels=256, width=256, layers=4, heads=4, inner=1024, taps=64, final=128),
}


def norm(module, x):
    return module(x.to(module.weight.dtype))  # older versions' autocast leaves norms in the type of their input


class Layer(nn.Module):
    def __init__(self, width, heads, inner, dropout=0.1):
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


class Encoder(nn.Module):
    def __init__(self, channels, width, layers, heads, inner, taps, **_):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv1d(channels if i else 1, channels, k, s, bias=False) for i, (k, s) in enumerate(KERNELS))
        self.group_norm = nn.GroupNorm(channels, channels)
        self.norm, self.project = nn.LayerNorm(channels), nn.Linear(channels, width)
        self.mask = nn.Parameter(torch.rand(width))
        self.positions = nn.utils.parametrizations.weight_norm(nn.Conv1d(width, width, taps, padding=taps // 2, groups=16), dim=2)
        self.first_norm = nn.LayerNorm(width)
        self.layers = nn.ModuleList(Layer(width, heads, inner) for _ in range(layers))

    def forward(self, audio, mask):
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
        return x, penalty


class OfTransformers(nn.Module):
    def __init__(self, attention, channels, width, layers, heads, inner, taps, **_):
        super().__init__()
        from transformers import HubertConfig, HubertModel

        config = HubertConfig(hidden_size=width, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=inner, conv_dim=[channels] * 7,
                              num_conv_pos_embeddings=taps, hidden_dropout=0.1, attention_dropout=0.1, activation_dropout=0.0, feat_proj_dropout=0.1,
                              layerdrop=0.0, feat_proj_layer_norm=True)
        config._attn_implementation = attention
        self.model = HubertModel(config)

    def forward(self, audio, mask):
        dtype = next(self.model.parameters()).dtype
        return self.model(audio.to(dtype), mask_time_indices=mask).last_hidden_state, torch.zeros(())  # it has no penalty


class Hubert(nn.Module):
    def __init__(self, by, size, classes=504):
        super().__init__()
        self.encoder = Encoder(**size) if by == "torch" else OfTransformers(by, **size)
        self.final, self.classes = nn.Linear(size["width"], size["final"]), nn.Parameter(torch.rand(classes, size["final"]))

    def forward(self, audio, mask, labels):
        x, penalty = self.encoder(audio, mask)
        own = self.final(x[mask]).float()
        logits = F.normalize(own, dim=-1) @ F.normalize(self.classes.float(), dim=-1).t() / 0.1
        return F.cross_entropy(logits, labels[mask], reduction="sum") + 10 * penalty * mask.sum()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="base", choices=list(SIZES))
    parser.add_argument("--by", default="torch", choices=["torch", "eager", "sdpa"])
    parser.add_argument("--bf16", default="no", choices=["no", "autocast", "pure"])
    parser.add_argument("--rows", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--warm-up", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(1)
    model = Hubert(options.by, SIZES[options.model]).train()
    if options.bf16 == "pure":
        model = model.to(torch.bfloat16)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, betas=(0.9, 0.98), eps=1e-6, weight_decay=0.01, fused=True)
    audio = torch.randn(options.rows, int(options.seconds * 16000)) * 0.1
    frames = audio.shape[1]
    for kernel, stride in KERNELS:
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
                      "threads": torch.get_num_threads(), "parameters": sum(p.numel() for p in model.parameters()),
                      "peakMemoryMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


main()
