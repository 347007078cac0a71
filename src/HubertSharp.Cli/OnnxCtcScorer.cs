using HubertSharp.Decoding.Recordings;
using HubertSharp.Onnx;
using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Cli;

/// <summary>A fine-tuned model that was exported, run by ONNX Runtime.</summary>
internal sealed class OnnxCtcScorer(OnnxHubert model) : CtcScorer
{
    public override CtcAlphabet Alphabet { get; } = new(model.Info.Tokens, model.Info.Blank);

    public override long StrideSamples => model.Info.StrideSamples;

    public override long ReceptiveSamples => model.Info.ReceptiveSamples;

    public override double? NormalizeEpsilon => model.Info.Normalize ? model.Info.NormalizeEpsilon : null;

    public override long Frames(long samples) => model.Info.Frames(samples);

    public override float[] Logits(float[] samples) => model.RunBatch<float>(samples, [samples.Length], ["logits"])[0];

    public override void Dispose() => model.Dispose();
}
