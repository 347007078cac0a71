#!/usr/bin/env python3
"""peer_loaders.py: the other side of `bench/real-loaders.sh`: transformers and ONNX Runtime load what `hubert convert` wrote, and compute what it says.

  clips AUDIO OUT           recordings of a folder, 16-bit at 16 kHz, made into clips of 1 to 20 s
  ctc NAME OUT              a HubertForCTC of transformers with random weights, of Base's or Large's size (NAME base or large)
  folder FOLDER FEATURES    a Hugging Face folder against the layers in FEATURES/layer_N
  onnx FILE FEATURES        an encoder's .onnx against the same layers
  units FILE LABELS         a units .onnx against a .km file
  ctc-logits FOLDER FILE    a CTC folder against its .onnx
Each check prints columns of a line of the table, and fails where the two differ by more than is allowed."""
import json
import sys
import wave
from pathlib import Path

import numpy

TOLERANCE = 2e-4  # of numbers up to 40, in float32, by two libraries
INT8 = 0.25  # relative, as 'hubert convert' allows: the layer's root mean square error over its own


def read(path):
    with wave.open(str(path)) as file:
        return numpy.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(numpy.float32) / 32768


def clips(audio, out):
    """Every length that the models meet differently: shorter than a second, some seconds, and longer than training's clips."""
    whole = numpy.concatenate([read(path) for path in sorted(Path(audio).glob("*.wav"))])
    for name, seconds in (("a", 1), ("b", 2.3), ("c", 5), ("d", 20)):
        samples = numpy.resize(whole, int(seconds * 16000))
        with wave.open(f"{out}/{name}.wav", "wb") as file:
            file.setnchannels(1), file.setsampwidth(2), file.setframerate(16000)
            file.writeframes((samples * 32768).astype("<i2").tobytes())


def recordings():
    """In the manifest's order; its root is the other system's name for the folder 'clips'."""
    return [read(Path("clips") / line.split("\t")[0]) for line in Path("data/clips.tsv").read_text().splitlines()[1:]]


def dumped(features):
    """{layer: [frames of clip, ...]} as 'hubert features hubert --layer A B' writes them."""
    layers = {}
    for folder in sorted(Path(features).glob("layer_*"), key=lambda p: int(p.name[6:])):
        frames = numpy.load(folder / "clips_0_1.npy")
        ends = numpy.cumsum([int(line) for line in (folder / "clips_0_1.len").read_text().split()])
        layers[int(folder.name[6:])] = numpy.split(frames, ends[:-1])
    return layers


def tell(program, measured, allowed, largest, note=""):
    print(f"| {program} | {measured:.1e} | {largest:.4g} | {note} |")
    if not measured <= allowed:  # nor NaN
        sys.exit(f"peer_loaders.py: {program}: differs by {measured:.1e} (allowed {allowed:.1e})")


def loaded(cls, folder):
    """The model, or a fault where transformers found keys that it does not want or misses some."""
    import transformers

    model, info = getattr(transformers, cls).from_pretrained(folder, output_loading_info=True)
    faults = {key: sorted(map(str, value)) for key, value in info.items() if value}
    if faults:
        sys.exit(f"peer_loaders.py: {folder}: {faults}")
    return model.eval(), transformers.AutoFeatureExtractor.from_pretrained(folder)


def inputs(extractor, clip):
    return extractor(clip, sampling_rate=16000, return_tensors="pt").input_values


def folder(path, features):
    import torch
    import transformers

    ctc = "HubertForCTC" in json.loads((Path(path) / "config.json").read_text())["architectures"]
    model, extractor = loaded("HubertForCTC" if ctc else "HubertModel", path)
    worst = largest = 0.0
    layers = dumped(features)
    with torch.inference_mode():
        for i, clip in enumerate(recordings()):
            hidden = model(inputs(extractor, clip), output_hidden_states=True).hidden_states
            for layer, ours in layers.items():
                theirs = hidden[layer][0].numpy()
                assert theirs.shape == ours[i].shape, (theirs.shape, ours[i].shape)
                worst, largest = numpy.maximum(worst, numpy.abs(theirs - ours[i]).max()), max(largest, numpy.abs(theirs).max())
    tell(f"transformers {transformers.__version__}", worst, TOLERANCE, largest, f"layers {', '.join(map(str, layers))}; no key missing or unexpected")


def session(path):
    import onnxruntime

    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]), f"onnxruntime {onnxruntime.__version__}"


def run(onnx, names, clip):
    settings = onnx.get_modelmeta().custom_metadata_map
    if settings["normalize"] == "true":
        clip = (clip - clip.mean()) / numpy.sqrt(clip.var() + float(settings["normalize_epsilon"]))
    return onnx.run(names, {"input_values": clip[None].astype(numpy.float32), "lengths": numpy.array([len(clip)])})


def onnx(path, features):
    program, name = session(path)
    worst = largest = 0.0
    layers = dumped(features)
    rounded = program.get_modelmeta().custom_metadata_map["precision"] == "int8"
    for i, clip in enumerate(recordings()):
        for (layer, ours), theirs in zip(layers.items(), run(program, [f"layer_{n}" for n in layers], clip)):
            assert theirs[0].shape == ours[i].shape, (theirs[0].shape, ours[i].shape)
            error = numpy.abs(theirs[0] - ours[i]).max() if not rounded \
                else numpy.linalg.norm(theirs[0] - ours[i]) / numpy.linalg.norm(ours[i])
            worst, largest = numpy.maximum(worst, error), max(largest, numpy.abs(ours[i]).max())
    tell(name, worst, INT8 if rounded else TOLERANCE, largest, f"layers {', '.join(map(str, layers))}{'; relative' if rounded else ''}")


def units(path, labels):
    program, name = session(path)
    expected = [numpy.array(line.split(), dtype=int) for line in Path(labels).read_text().splitlines()]
    got = [run(program, ["units"], clip)[0][0] for clip in recordings()]
    assert [len(a) for a in got] == [len(b) for b in expected]
    other = sum(int((a != b).sum()) for a, b in zip(got, expected))
    frames = sum(map(len, expected))
    tell(name, other / frames, 0.005, frames, f"share of {frames} frames with another unit (a tie of rounding)")


def ctc_logits(path, file):
    import torch
    import transformers

    model, extractor = loaded("HubertForCTC", path)
    program, name = session(file)
    rounded = program.get_modelmeta().custom_metadata_map["precision"] == "int8"
    worst = largest = 0.0
    with torch.inference_mode():
        for clip in recordings():
            theirs = model(inputs(extractor, clip)).logits[0].numpy()
            ours = run(program, ["logits"], clip)[0][0]
            assert theirs.shape == ours.shape, (theirs.shape, ours.shape)
            error = numpy.linalg.norm(theirs - ours) / numpy.linalg.norm(theirs) if rounded else numpy.abs(theirs - ours).max()
            worst, largest = numpy.maximum(worst, error), max(largest, numpy.abs(theirs).max())
    tell(f"{name} against transformers {transformers.__version__}", worst, INT8 if rounded else TOLERANCE, largest,
         f"logits{'; relative' if rounded else ''}")


def ctc(size, out):
    import torch
    import transformers

    torch.manual_seed(1)
    letters = ["<pad>", "<s>", "</s>", "<unk>", "|", *"ETAONIHSRDLUMWCFGYPBVK'XJQZ"]
    Path(out).mkdir()
    Path(out, "vocab.json").write_text(json.dumps({letter: i for i, letter in enumerate(letters)}))
    large = dict(hidden_size=1024, num_hidden_layers=24, num_attention_heads=16, intermediate_size=4096, do_stable_layer_norm=True,
                 feat_extract_norm="layer", conv_bias=True)
    config = transformers.HubertConfig(vocab_size=len(letters), **(large if size == "large" else {}))
    transformers.HubertForCTC(config).save_pretrained(out)
    transformers.Wav2Vec2FeatureExtractor(do_normalize=size == "large", return_attention_mask=size == "large").save_pretrained(out)


if __name__ == "__main__":
    {"clips": clips, "ctc": ctc, "folder": folder, "onnx": onnx, "units": units, "ctc-logits": ctc_logits}[sys.argv[1]](*sys.argv[2:])
