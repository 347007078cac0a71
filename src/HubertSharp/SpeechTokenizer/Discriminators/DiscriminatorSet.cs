using HubertSharp.Runs;
using HubertSharp.SpeechTokenizer.Seanet;
using HubertSharp.SpeechTokenizer.Weights;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Discriminators;

/// <summary>
/// All discriminators of a training in one store of parameters: <c>mstftd.</c>, <c>mpd.</c> and <c>msd.</c> before the released names.
/// </summary>
internal sealed class DiscriminatorSet : IDisposable
{
    private const string Stft = "mstftd.discriminators", Period = "mpd.discriminators", Scale = "msd.discriminators";
    private static readonly int[] s_periods = [2, 3, 5, 7, 11];

    private const int Scales = 3;

    private readonly DiscriminatorSizes _sizes;
    private readonly DiscriminatorWeights _weights;
    private readonly Dictionary<string, Tensor> _buffers = new(StringComparer.Ordinal);
    private readonly List<string> _spectral = [];

    /// <param name="sizes">Which ones.</param>
    /// <param name="device">Where they are.</param>
    /// <param name="precision">Of their convolutions; what they say of a recording is float32.</param>
    public DiscriminatorSet(DiscriminatorSizes sizes, Device device, ComputePrecision precision = ComputePrecision.Float32)
    {
        _sizes = sizes;
        Parameters = new ParameterStore(ParameterNotes.Of(Note), precision, device);
        foreach (var info in Parameters.Infos.Where(info => info.Name.EndsWith(".weight_orig", StringComparison.Ordinal)))
        {
            var name = info.Name[..^".weight_orig".Length];
            _spectral.Add(name);
            _buffers[$"{name}.weight_u"] = zeros(info.Shape[0], device: device).DetachFromDisposeScope();
            _buffers[$"{name}.weight_v"] = zeros(info.Count / info.Shape[0], device: device).DetachFromDisposeScope();
        }
        _weights = new DiscriminatorWeights(Parameters, _buffers);
    }

    public ParameterStore Parameters { get; }

    /// <summary>The vectors of spectral norms.</summary>
    public IReadOnlyDictionary<string, Tensor> Buffers => _buffers;

    /// <summary>How many discriminators there are.</summary>
    public int Count => (_sizes.StftFilters > 0 ? _sizes.StftWindows.Count : 0) + (_sizes.PeriodChannels > 0 ? s_periods.Length : 0)
        + (_sizes.ScaleChannels > 0 ? Scales : 0);

    /// <summary>Draws parameters and vectors.</summary>
    public void Draw(ulong seed)
    {
        DrawnParameters.Set(Parameters, seed, keepsVariance: false);
        using var scope = NewDisposeScope();
        foreach (var (index, (_, vector)) in _buffers.OrderBy(buffer => buffer.Key, StringComparer.Ordinal).Index())
        {
            var random = new SeededRandom(SeededRandom.Derive(seed, (ulong)(Parameters.Infos.Count + index)));
            double[] values = [.. Enumerable.Range(0, (int)vector.numel()).Select(_ => random.NextNormal())];
            var length = Math.Sqrt(values.Sum(value => value * value));
            vector.copy_(tensor(values.Select(value => (float)(value / length)).ToArray()));
        }
    }

    /// <summary>The discriminators as their parameters are now; call it in the scope of the pass.</summary>
    /// <param name="learns">Whether a gradient reaches the parameters.</param>
    public IReadOnlyList<Discriminator> Build(bool learns)
    {
        _weights.IsFrozen = !learns;
        var all = new List<Discriminator>();
        for (var i = 0; _sizes.PeriodChannels > 0 && i < s_periods.Length; i++)
            all.Add(new PeriodDiscriminator(_weights, $"{Period}.{i}", _sizes.PeriodChannels, s_periods[i]));
        for (var i = 0; _sizes.ScaleChannels > 0 && i < Scales; i++)
            all.Add(new ScaleDiscriminator(_weights, $"{Scale}.{i}", _sizes.ScaleChannels, i));
        for (var i = 0; _sizes.StftFilters > 0 && i < _sizes.StftWindows.Count; i++)
            all.Add(new StftDiscriminator(_weights, $"{Stft}.{i}", _sizes.StftFilters, _sizes.StftWindows[i]));
        return all;
    }

    /// <summary>Moves the vectors of all spectral norms a step further, by the parameters as they are now.</summary>
    public void Iterate()
    {
        foreach (var name in _spectral)
            _weights.Iterate(name);
    }

    public void Dispose()
    {
        _weights.Dispose();
        Parameters.Dispose();
        foreach (var buffer in _buffers.Values)
            buffer.Dispose();
    }

    private void Note(LayerWeights notes)
    {
        for (var i = 0; _sizes.PeriodChannels > 0 && i < s_periods.Length; i++)
            _ = new PeriodDiscriminator(notes, $"{Period}.{i}", _sizes.PeriodChannels, s_periods[i]);
        for (var i = 0; _sizes.ScaleChannels > 0 && i < Scales; i++)
            ScaleDiscriminator.Note(notes, $"{Scale}.{i}", _sizes.ScaleChannels, i);
        for (var i = 0; _sizes.StftFilters > 0 && i < _sizes.StftWindows.Count; i++)
            _ = new StftDiscriminator(notes, $"{Stft}.{i}", _sizes.StftFilters, _sizes.StftWindows[i]);
    }
}
