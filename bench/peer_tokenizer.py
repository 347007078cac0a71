#!/usr/bin/env python3
"""peer_tokenizer.py WHAT [...]: SpeechTokenizer written out in torch's own modules, with the released names and the released order of work.

  train   [--model base|small] [--rows N] [--seconds S] [--steps N]   a training step, timed: the other side of `hubert bench tokenizer`
  codec   [--model base|small] [--seconds S] [--rounds N]             encode and decode of a clip, timed
  load    FOLDER CLIP.wav CODES.npy SPEECH.wav                        the released program's way to load what `hubert tokenizer convert` wrote,
                                                                      and whether it gives these codes of the clip, and this speech of them
In a training step both sides of the discriminators are computed twice with all gradients, first to train them and then for the generator;
spectrograms of real recordings are computed at each resolution anew, and weights with a norm of their own whenever a layer is called."""
import argparse
import json
import math
import resource
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import spectral_norm, weight_norm

SIZES = {  # as in the configurations of these names
    "base": dict(n_filters=64, dimension=1024, semantic_dimension=768, lstm_layers=2, codebook_size=1024, stft_filters=32,
                 windows=[1024, 2048, 512, 256, 128], period=32, scale=128, rows=1, seconds=3.0),
    "small": dict(n_filters=16, dimension=128, semantic_dimension=256, lstm_layers=1, codebook_size=256, stft_filters=8, windows=[1024, 256],
                  period=0, scale=0, rows=8, seconds=1.0),
}


class Snake(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.alpha = nn.Parameter(torch.ones(1, channels, 1))

    def forward(self, x):
        return x + (self.alpha + 1e-9).reciprocal() * torch.sin(self.alpha * x).pow(2)


class NormConv(nn.Module):
    def __init__(self, *args, **kwargs):
        super().__init__()
        self.conv = weight_norm(nn.Conv1d(*args, **kwargs))

    def forward(self, x):
        return self.conv(x)


class NormConvTranspose(nn.Module):
    def __init__(self, *args, **kwargs):
        super().__init__()
        self.convtr = weight_norm(nn.ConvTranspose1d(*args, **kwargs))

    def forward(self, x):
        return self.convtr(x)


class SConv(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride=1, dilation=1):
        super().__init__()
        self.conv = NormConv(inputs, outputs, kernel, stride, dilation=dilation)
        self.stride, self.reach = stride, (kernel - 1) * dilation + 1

    def forward(self, x):
        total = self.reach - self.stride
        frames = (x.shape[-1] - self.reach + total) / self.stride + 1
        extra = (math.ceil(frames) - 1) * self.stride + (self.reach - total) - x.shape[-1]
        right = total // 2
        left, right = total - right, right + extra
        short = max(0, max(left, right) - x.shape[-1] + 1)
        padded = F.pad(F.pad(x, (0, short)), (left, right), "reflect") if left or right else x
        return self.conv(padded[..., : padded.shape[-1] - short] if short else padded)


class SConvTranspose(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride):
        super().__init__()
        self.convtr = NormConvTranspose(inputs, outputs, kernel, stride)
        self.total = kernel - stride

    def forward(self, x):
        y = self.convtr(x)
        right = self.total // 2
        return y[..., self.total - right : y.shape[-1] - right]


class Residual(nn.Module):
    def __init__(self, channels, kernel, dilation, activation):
        super().__init__()
        self.block = nn.Sequential(activation(channels), SConv(channels, channels // 2, kernel, dilation=dilation), activation(channels // 2),
                                   SConv(channels // 2, channels, 1))
        self.shortcut = SConv(channels, channels, 1)

    def forward(self, x):
        return self.shortcut(x) + self.block(x)


class SLstm(nn.Module):
    def __init__(self, width, layers, bidirectional):
        super().__init__()
        self.lstm = nn.LSTM(width, width, layers, bidirectional=bidirectional)

    def forward(self, x):
        x = x.permute(2, 0, 1)
        y, _ = self.lstm(x)
        return (y + (x.repeat(1, 1, 2) if self.lstm.bidirectional else x)).permute(1, 2, 0)


class Coder(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x)


def coder(config, is_encoder):
    activation = (lambda channels: Snake(channels)) if config.get("activation") == "Snake" else (lambda channels: nn.ELU())
    filters, strides, kernel = config["n_filters"], config["strides"], config["residual_kernel_size"]

    def residuals(width):
        return [Residual(width, kernel, config["dilation_base"] ** i, activation) for i in range(config["n_residual_layers"])]

    if is_encoder:
        layers, width = [SConv(1, filters, 7)], filters
        for stride in reversed(strides):
            layers += [*residuals(width), activation(width), SConv(width, 2 * width, 2 * stride, stride)]
            width *= 2
        both = config["bidirectional"]
        layers += [SLstm(width, config["lstm_layers"], both)] if config["lstm_layers"] else []
        width *= 2 if both else 1
        return Coder([*layers, activation(width), SConv(width, config["dimension"], 7)])
    width = filters << len(strides)
    layers = [SConv(config["dimension"], width, 7)] + ([SLstm(width, config["lstm_layers"], False)] if config["lstm_layers"] else [])
    for stride in strides:
        layers += [activation(width), SConvTranspose(width, width // 2, 2 * stride, stride)]
        width //= 2
        layers += residuals(width)
    return Coder([*layers, activation(width), SConv(width, 1, 7)])


class Codebook(nn.Module):
    def __init__(self, codes, width, decay=0.99, threshold=2):
        super().__init__()
        self.decay, self.threshold = decay, threshold
        self.register_buffer("inited", torch.Tensor([False]))
        self.register_buffer("cluster_size", torch.zeros(codes))
        self.register_buffer("embed", torch.zeros(codes, width))
        self.register_buffer("embed_avg", torch.zeros(codes, width))

    def quantize(self, x):
        book = self.embed.t()
        return -(x.pow(2).sum(1, keepdim=True) - 2 * x @ book + book.pow(2).sum(0, keepdim=True))

    def begin(self, x):
        means = x[torch.randperm(len(x))[: len(self.embed)]] if len(x) >= len(self.embed) else x[torch.randint(0, len(x), (len(self.embed),))]
        for _ in range(50):
            chosen = torch.cdist(x, means).argmin(1)
            bins = torch.bincount(chosen, minlength=len(means))
            sums = torch.zeros_like(means).index_add_(0, chosen, x)
            means = torch.where((bins == 0)[:, None], means, sums / bins.clamp(min=1)[:, None])
        self.embed.copy_(means), self.embed_avg.copy_(means), self.cluster_size.copy_(bins), self.inited.fill_(1)

    def forward(self, x):
        flat = x.reshape(-1, x.shape[-1])
        if self.training and not self.inited:
            self.begin(flat.detach())
        codes = self.quantize(flat).max(dim=-1).indices
        quantized = F.embedding(codes.view(*x.shape[:-1]), self.embed)
        if self.training:
            with torch.no_grad():
                one_hot = F.one_hot(codes, len(self.embed)).type(x.dtype)
                dead = self.cluster_size < self.threshold
                if torch.any(dead):
                    self.embed.copy_(torch.where(dead[..., None], flat[torch.randint(0, len(flat), (len(self.embed),))], self.embed))
                self.cluster_size.mul_(self.decay).add_(one_hot.sum(0), alpha=1 - self.decay)
                self.embed_avg.mul_(self.decay).add_((flat.t() @ one_hot).t(), alpha=1 - self.decay)
                size = (self.cluster_size + 1e-5) / (self.cluster_size.sum() + len(self.embed) * 1e-5) * self.cluster_size.sum()
                self.embed.copy_(self.embed_avg / size.unsqueeze(1))
        return quantized, codes.view(*x.shape[:-1])


class Quantizer(nn.Module):
    def __init__(self, codes, width):
        super().__init__()
        self._codebook = Codebook(codes, width)

    def forward(self, x):
        x = x.transpose(1, 2)
        quantized, codes = self._codebook(x)
        loss = torch.zeros(1)
        if self.training:
            quantized = x + (quantized - x).detach()
            loss = loss + F.mse_loss(quantized.detach(), x)
        return quantized.transpose(1, 2), codes, loss


class Residuals(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layers = nn.ModuleList(Quantizer(config["codebook_size"], config["dimension"]) for _ in range(config["n_q"]))

    def forward(self, x):
        total, residual, losses, codes, outs = 0.0, x, [], [], []
        for layer in self.layers:
            quantized, chosen, loss = layer(residual)
            residual, total = residual - quantized, total + quantized
            losses.append(loss), codes.append(chosen), outs.append(quantized)
        return total, torch.stack(codes), torch.stack(losses), outs


class Quantizers(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.vq = Residuals(config)


class SpeechTokenizer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.encoder, self.quantizer, self.decoder = coder(config, True), Quantizers(config), coder(config, False)
        same = config["semantic_dimension"] == config["dimension"]
        self.transform = nn.Identity() if same else nn.Linear(config["dimension"], config["semantic_dimension"])

    @classmethod
    def load_from_checkpoint(cls, config_path, checkpoint):
        """As the released class method: a dictionary of tensors and nothing else, all of which must fit."""
        model = cls(json.loads(Path(config_path).read_text()))
        model.load_state_dict(torch.load(checkpoint, map_location="cpu"))
        return model

    def forward(self, x):
        total, _, losses, outs = self.quantizer.vq(self.encoder(x))
        return self.decoder(total), losses.mean(), self.transform(outs[0].transpose(1, 2))

    def encode(self, x):
        return self.quantizer.vq(self.encoder(x))[1]

    def decode(self, codes):
        return self.decoder(sum(F.embedding(chosen, layer._codebook.embed) for chosen, layer in zip(codes, self.quantizer.vq.layers)).transpose(1, 2))


class StftDiscriminator(nn.Module):
    def __init__(self, filters, points):
        super().__init__()
        self.points = points
        self.register_buffer("window", torch.hann_window(points))
        self.convs = nn.ModuleList(
            [nn.Conv2d(2, filters, (3, 9), padding=(1, 4))]
            + [weight_norm(nn.Conv2d(filters, filters, (3, 9), (1, 2), (d, 4), (d, 1))) for d in (1, 2, 4)]
            + [weight_norm(nn.Conv2d(filters, filters, (3, 3), padding=(1, 1)))])
        self.conv_post = weight_norm(nn.Conv2d(filters, 1, (3, 3), padding=(1, 1)))

    def forward(self, x):
        z = torch.stft(x.squeeze(1), self.points, self.points // 4, self.points, self.window, center=False, return_complex=True).unsqueeze(1)
        z = z / self.window.pow(2).sum().sqrt()
        z = torch.cat([z.real, z.imag], 1).transpose(2, 3)
        maps = []
        for conv in self.convs:
            z = F.leaky_relu(conv(z), 0.2)
            maps.append(z)
        return self.conv_post(z), maps


class PeriodDiscriminator(nn.Module):
    def __init__(self, channels, period):
        super().__init__()
        self.period, widths = period, [1] + [channels * w for w in (1, 4, 16, 32, 32)]
        self.convs = nn.ModuleList(weight_norm(nn.Conv2d(a, b, (5, 1), (3 if i < 4 else 1, 1), (2, 0)))
                                   for i, (a, b) in enumerate(zip(widths, widths[1:])))
        self.conv_post = weight_norm(nn.Conv2d(widths[-1], 1, (3, 1), 1, (1, 0)))

    def forward(self, x):
        x = F.pad(x, (0, -x.shape[-1] % self.period), "reflect")
        x, maps = x.view(x.shape[0], 1, -1, self.period), []
        for conv in self.convs:
            x = F.leaky_relu(conv(x), 0.1)
            maps.append(x)
        x = self.conv_post(x)
        return x.flatten(1), [*maps, x]


class ScaleDiscriminator(nn.Module):
    def __init__(self, channels, norm):
        super().__init__()
        layers, inputs = [], 1
        for width, taps, stride, groups in [(1, 15, 1, 1), (1, 41, 2, 4), (2, 41, 2, 16), (4, 41, 4, 16), (8, 41, 4, 16), (8, 41, 1, 16), (8, 5, 1, 1)]:
            layers.append(norm(nn.Conv1d(inputs, channels * width, taps, stride, (taps - 1) // 2, groups=groups)))
            inputs = channels * width
        self.convs, self.conv_post = nn.ModuleList(layers), norm(nn.Conv1d(inputs, 1, 3, 1, 1))

    def forward(self, x):
        maps = []
        for conv in self.convs:
            x = F.leaky_relu(conv(x), 0.1)
            maps.append(x)
        x = self.conv_post(x)
        return x.flatten(1), [*maps, x]


class Discriminators(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.stft = nn.ModuleList(StftDiscriminator(size["stft_filters"], points) for points in size["windows"])
        self.period = nn.ModuleList(PeriodDiscriminator(size["period"], p) for p in ((2, 3, 5, 7, 11) if size["period"] else ()))
        self.scale = nn.ModuleList(ScaleDiscriminator(size["scale"], weight_norm if i else spectral_norm)
                                   for i in (range(3) if size["scale"] else ()))

    def forward(self, real, made):
        both = [(one(real), one(made)) for one in [*self.stft, *self.period]]
        for i, one in enumerate(self.scale):
            if i:
                real, made = (F.avg_pool1d(x, 4, 2, padding=2) for x in (real, made))
            both.append((one(real), one(made)))
        return [r[0] for r, _ in both], [m[0] for _, m in both], [r[1] for r, _ in both], [m[1] for _, m in both]


def filters(points, bins, low=0.0, high=8000.0, rate=16000):
    def mel(hz):
        return 2595 * math.log10(1 + hz / 700)

    edges = 700 * (10 ** (torch.linspace(mel(low), mel(high), bins + 2, dtype=torch.float64) / 2595) - 1)
    hz = torch.linspace(0, rate / 2, points // 2 + 1, dtype=torch.float64)
    up, down = (hz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None], (edges[2:, None] - hz) / (edges[2:] - edges[1:-1])[:, None]
    return (torch.minimum(up, down).clamp(min=0) * (2 / (edges[2:] - edges[:-2]))[:, None]).float()


class Mel(nn.Module):
    def __init__(self, points, hop):
        super().__init__()
        self.points, self.hop = points, hop
        self.register_buffer("filters", filters(points, 80))
        self.register_buffer("window", torch.hann_window(points))

    def spectrogram(self, x):
        side = (self.points - self.hop) // 2
        x = F.pad(x, (side, side), "reflect").squeeze(1)
        spectrum = torch.stft(x, self.points, self.hop, self.points, self.window, center=False, return_complex=True)
        return torch.log(torch.clamp(self.filters @ (spectrum.abs() + 1e-9), min=1e-5))

    def forward(self, x, y):
        return F.l1_loss(self.spectrogram(x), self.spectrogram(y))


def network(size):
    return dict(size, strides=[8, 5, 4, 2], bidirectional=True, dilation_base=2, residual_kernel_size=3, n_residual_layers=1, n_q=8, activation="ELU")


def train(options):
    torch.manual_seed(1)
    size = SIZES[options.model]
    rows, seconds = options.rows or size["rows"], options.seconds or size["seconds"]
    generator, discriminators = SpeechTokenizer(network(size)).train(), Discriminators(size).train()
    mels = [Mel(1024 >> i, 240 >> i) for i in range(4)]
    optimizers = [torch.optim.AdamW(part.parameters(), 1e-4, (0.9, 0.99), weight_decay=0.0, fused=options.fused) for part in (generator, discriminators)]
    real = torch.randn(rows, 1, int(seconds * 16000) // 320 * 320) * 0.1
    teacher = torch.randn(rows, real.shape[-1] // 320, size["semantic_dimension"])
    times, works = [], []
    for step in range(options.warm_up + options.steps):
        start, worked = time.perf_counter(), time.process_time()
        made, commitment, features = generator(real)
        optimizers[1].zero_grad()
        ofreal, ofmade, _, _ = discriminators(real, made.detach())
        sum(torch.mean((1 - r) ** 2) + torch.mean(m**2) for r, m in zip(ofreal, ofmade)).backward()
        optimizers[1].step()
        optimizers[0].zero_grad()
        _, ofmade, maps, mademaps = discriminators(real, made)
        loss = sum(torch.mean((1 - m) ** 2) for m in ofmade)
        loss = loss + sum(torch.mean(torch.abs(a - b)) for r, m in zip(maps, mademaps) for a, b in zip(r, m)) * 2
        loss = loss + sum(weight * mel(real, made) for weight, mel in zip((45, 1, 1, 1), mels)) + 500 * F.l1_loss(real, made) + 10 * commitment
        (loss - 120 * F.logsigmoid(F.cosine_similarity(features, teacher, dim=1)).mean()).backward()
        optimizers[0].step()
        if step >= options.warm_up:
            times.append(time.perf_counter() - start), works.append(time.process_time() - worked)
    times.sort(), works.sort()
    tell(medianStepSeconds=times[len(times) // 2], bestStepSeconds=times[0], cpuStepSeconds=works[len(works) // 2], audioSecondsPerSecond=rows * seconds / times[len(times) // 2],
         parameters=sum(p.numel() for part in (generator, discriminators) for p in part.parameters()))


def codec(options):
    torch.manual_seed(1)
    size = SIZES[options.model]
    model = SpeechTokenizer(network(size)).eval()
    for layer in model.quantizer.vq.layers:
        layer._codebook.embed.normal_()
    seconds = options.seconds or 10.0
    clip = torch.randn(1, 1, int(seconds * 16000)) * 0.1
    times = {name: [] for name in ("encodeRealTimeFactor", "encodeCpuFactor", "decodeRealTimeFactor", "decodeCpuFactor")}
    with torch.no_grad():
        for _ in range(1 + options.rounds):
            marks = [(time.perf_counter(), time.process_time())]
            codes = model.encode(clip)
            marks.append((time.perf_counter(), time.process_time()))
            model.decode(codes)
            marks.append((time.perf_counter(), time.process_time()))
            taken = [(b - a) / seconds for before, after in zip(marks, marks[1:]) for a, b in zip(before, after)]
            for name, value in zip(times, taken):
                times[name].append(value)
    tell(**{name: sorted(values[1:])[options.rounds // 2] for name, values in times.items()})


def load(options):
    import numpy
    import soundfile

    folder = Path(options.folder)
    model = SpeechTokenizer.load_from_checkpoint(folder / "config.json", folder / "SpeechTokenizer.pt").eval()
    codes = torch.from_numpy(numpy.load(options.codes))
    clip, speech = (torch.from_numpy(soundfile.read(path, dtype="float32")[0]) for path in (options.clip, options.speech))
    with torch.no_grad():
        found, decoded = model.encode(clip.view(1, 1, -1))[:, 0], model.decode(codes.unsqueeze(1)).flatten()[: speech.numel()]
    other, apart = int((found != codes).sum()), float((decoded.clamp(-1, 1) - speech).abs().max())
    print(f"| torch {torch.__version__} | {apart:.1e} | {float(decoded.abs().max()):.4g} | {len(model.state_dict())} tensors, none missing or "
          f"unexpected; {codes.numel() - other} of {codes.numel()} codes are the same |")
    if found.shape != codes.shape or other > 0.005 * codes.numel() or not apart < 1e-4 * max(1.0, float(decoded.abs().max())):
        sys.exit(f"peer_tokenizer.py: {folder}: other codes or another waveform")


def tell(**figures):
    print(json.dumps({**figures, "torch": torch.__version__, "threads": torch.get_num_threads(),
                      "peakMemoryMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


def main():
    parser = argparse.ArgumentParser()
    subjects = parser.add_subparsers(required=True)
    for name, run in (("train", train), ("codec", codec), ("load", load)):
        subject = subjects.add_parser(name)
        subject.set_defaults(run=run)
        if run is load:
            for argument in ("folder", "clip", "codes", "speech"):
                subject.add_argument(argument)
            continue
        subject.add_argument("--model", default="base", choices=list(SIZES))
        subject.add_argument("--seconds", type=float)
        if run is train:
            subject.add_argument("--rows", type=int)
            subject.add_argument("--steps", type=int, default=3)
            subject.add_argument("--warm-up", type=int, default=1)
            subject.add_argument("--fused", action="store_true", help="AdamW as one kernel")
        else:
            subject.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
