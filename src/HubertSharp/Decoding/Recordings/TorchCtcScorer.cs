using HubertSharp.Audio;
using HubertSharp.Interop;
using HubertSharp.Models;
using HubertSharp.Models.Ctc;
using HubertSharp.Runs.Alphabets;
using HubertSharp.Runs.Arrays;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Decoding.Recordings;

/// <summary>A fine-tuned model in any form that <see cref="ModelReader"/> reads, computed by libtorch.</summary>
internal sealed class TorchCtcScorer : CtcScorer
{
    private readonly HubertModel _model;
    private readonly CtcHead _head;
    private readonly string _path;
    private readonly bool _isOneThreaded;

    /// <param name="portable">The model, its output layer with it.</param>
    /// <param name="precision">What to compute in.</param>
    /// <param name="device">Where.</param>
    /// <exception cref="Runs.UserException">No output layer, or one whose outputs have no names.</exception>
    public TorchCtcScorer(PortableModel portable, ComputePrecision precision, Device device)
    {
        _head = portable.Ctc ?? throw DecodingFaults.NoHead(portable.Path);
        if (_head.Tokens.Where((_, i) => i != _head.Blank).All(token => token.StartsWith('<')))
            throw DecodingFaults.NoTokens(portable.Path);
        _path = portable.Path;
        _model = portable.Build(precision, device);
        Alphabet = _head.Alphabet;
        _isOneThreaded = device.type == TorchSharp.DeviceType.CPU;
    }

    public override CtcAlphabet Alphabet { get; }

    public override long StrideSamples => _model.Alignment.StrideSamples;

    public override long ReceptiveSamples => _model.Alignment.ReceptiveSamples;

    public override double? NormalizeEpsilon => _model.Task.Normalize ? WaveformNorm.Epsilon : null;

    public override long Frames(long samples) => _model.Alignment.Frames(samples);

    public override float[] Logits(float[] samples)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var encoded = _model.ExtractFeatures(samples).to_type(float32); // [1, T, D]
        var logits = CtcLayer.Logits(_head, encoded).cpu().contiguous().data<float>().ToArray();
        return FiniteNumbers.IndexOfOther(logits) < 0 ? logits : throw DecodingFaults.NotFinite(_path);
    }

    /// <summary>A GPU is one.</summary>
    public override int MostThreads => _isOneThreaded ? base.MostThreads : 1;

    public override IDisposable OnThread() => _isOneThreaded ? TorchRuntime.SingleThreaded() : base.OnThread();

    public override void Dispose() => _model.Dispose();
}
