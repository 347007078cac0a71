using HubertSharp.Audio;
using HubertSharp.Models;
using HubertSharp.Runs.Configuration.Tokenizers;
using static TorchSharp.torch;

namespace HubertSharp.Features.Hubert;

// S samples, T frames, D encoder width

/// <summary>
/// Hidden layers of a HuBERT model, one utterance after the other, as fairseq's <c>dump_hubert_feature.py</c> takes them: the
/// waveform normalised as a whole when the model's task says so, cut into chunks that the model sees one by one, their frames joined.
/// </summary>
/// <remarks>
/// Utterances are not batched: the group norm of the Base front end sees padding, and cores that do an utterance each wait
/// for nobody. Deviation: a last chunk too short for a frame adds none, where fairseq fails. Thread-safe.
/// </remarks>
public sealed class HubertFeatureExtractor
{
    /// <summary>fairseq's <c>max_chunk</c>: 100 s.</summary>
    public const int DefaultChunkSamples = 1_600_000;

    private const float FairseqEpsilon = WaveformNorm.Epsilon, TransformersEpsilon = 1e-7f;

    private readonly HubertModel _model;
    private readonly int _chunkSamples;
    private readonly FeatureConvention _convention;

    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="chunkSamples">Most samples that the model sees at once.</param>
    /// <param name="convention">What "layer N" means.</param>
    /// <exception cref="ArgumentOutOfRangeException">A chunk that gives no frame.</exception>
    public HubertFeatureExtractor(
        HubertModel model, int chunkSamples = DefaultChunkSamples, FeatureConvention convention = FeatureConvention.Fairseq)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(model.Alignment.Frames(chunkSamples), 1, nameof(chunkSamples));
        _model = model;
        _chunkSamples = chunkSamples;
        _convention = convention;
    }

    /// <summary>Most samples that the model sees at once.</summary>
    public int ChunkSamples => _chunkSamples;

    /// <summary>Samples of the shortest utterance that has a frame.</summary>
    public long LeastSamples => _model.Alignment.ReceptiveSamples;

    /// <summary>The encoder's width, D.</summary>
    public int Dimensions => _model.Config.EncoderEmbedDim;

    /// <summary>Frames per second of audio.</summary>
    public double FrameRate => (double)_model.Task.SampleRate / _model.Alignment.StrideSamples;

    /// <summary>Layers, counted from 1.</summary>
    public int Layers => _model.Config.EncoderLayers;

    /// <summary>Frames of an utterance, over all its chunks.</summary>
    public int Frames(long samples) =>
        checked((int)(samples / _chunkSamples * _model.Alignment.Frames(_chunkSamples) + _model.Alignment.Frames(samples % _chunkSamples)));

    /// <summary>What a dump or a k-means model records of these features.</summary>
    /// <param name="layer">Layer, counted from 1.</param>
    /// <param name="checkpoint">From <see cref="Interop.ModelIdentity"/>.</param>
    public FeatureDescription Describe(int layer, string checkpoint) => new()
    {
        Kind = "hubert",
        Dimensions = Dimensions,
        FrameRate = FrameRate,
        Layer = layer,
        Convention = _convention == FeatureConvention.Fairseq ? "fairseq" : "transformers",
        Waveform = _model.Task.Normalize ? "normalised" : "unit",
        Checkpoint = checkpoint,
    };

    /// <summary>The same of several hidden states as one.</summary>
    internal FeatureDescription Describe(LayerMix mix, string checkpoint) =>
        Describe(0, checkpoint) with { Layer = null, Convention = mix.ToString() };

    /// <summary>Several hidden states of one utterance as one, [T, D] row by row.</summary>
    /// <param name="samples">[S] mono samples in [-1, 1] at the model's rate.</param>
    /// <param name="mix">Names no layer that the model does not have.</param>
    internal float[] Extract(float[] samples, LayerMix mix) => mix.Of(HiddenStates(samples));

    /// <summary>Several layers of one utterance in one pass, which ends after the deepest of them.</summary>
    /// <param name="samples">[S] mono samples in [-1, 1] at the model's rate.</param>
    /// <param name="layers">Layers, counted from 1.</param>
    /// <returns>Per layer asked for, [T, D] row by row in float32; no rows where the utterance is too short for a frame.</returns>
    public IReadOnlyList<float[]> Extract(float[] samples, IReadOnlyList<int> layers)
    {
        foreach (var layer in layers)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(layer, 1, nameof(layers));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(layer, Layers, nameof(layers));
        }
        return Joined(samples, layers.Count, chunk =>
        {
            var outputs = _model.ExtractLayers(chunk, depth: layers.Max()); // [1, T, D] each
            return [.. layers.Select(layer => Taken(outputs, layer))];
        });
    }

    /// <summary>
    /// Every hidden state of one utterance (<see cref="HubertModel.HiddenStates"/>), whatever the convention of layers is.
    /// </summary>
    /// <param name="samples">[S] mono samples in [-1, 1] at the model's rate.</param>
    /// <returns>One more than there are layers, [T, D] row by row in float32.</returns>
    internal IReadOnlyList<float[]> HiddenStates(float[] samples) => Joined(samples, Layers + 1, _model.HiddenStates);

    /// <summary>What is computed of an utterance chunk by chunk.</summary>
    /// <param name="samples">The utterance.</param>
    /// <param name="count">Of the tensors that a chunk gives.</param>
    /// <param name="compute">Gives [1, T, D] each.</param>
    private float[][] Joined(float[] samples, int count, Func<float[], IReadOnlyList<Tensor>> compute)
    {
        var source = samples;
        if (_model.Task.Normalize)
            WaveformNorm.Apply(source = samples.ToArray(), _convention == FeatureConvention.Fairseq ? FairseqEpsilon : TransformersEpsilon);
        var features = Enumerable.Range(0, count).Select(_ => new float[Frames(samples.Length) * Dimensions]).ToArray();
        var written = 0;
        for (var start = 0; start < source.Length; start += _chunkSamples)
        {
            var chunk = source.Length <= _chunkSamples ? source : source[start..Math.Min(start + _chunkSamples, source.Length)];
            var frames = _model.Alignment.Frames(chunk.Length);
            if (frames == 0)
                break;
            using var scope = NewDisposeScope();
            var outputs = compute(chunk);
            for (var i = 0; i < count; i++)
                outputs[i].to_type(float32).cpu().contiguous().data<float>().CopyTo(features[i].AsSpan(written));
            written += frames * Dimensions;
        }
        return features;
    }

    private Tensor Taken(IReadOnlyList<Tensor> outputs, int layer) =>
        _convention == FeatureConvention.Transformers && layer == Layers && _model.Config.LayerNormFirst
            ? _model.Encoder.FinalNorm(outputs[layer - 1])
            : outputs[layer - 1];
}
