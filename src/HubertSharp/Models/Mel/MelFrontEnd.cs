using HubertSharp.Audio.Spectra;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using HubertSharp.Tensors.Kernels;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace HubertSharp.Models.Mel;

// B rows, S samples, M windows every 10 ms, F energies, W windows per frame, T frames, D encoder width.

/// <summary>
/// Frames of log-mel energies, normalised by mean and deviation of the corpus, which are part of the model: stacked (<c>mel20</c>, as
/// MelHuBERT), or through two convolutions of stride 2 with gated linear units (<c>mel40</c>, as Fast-HuBERT and fairseq's speech
/// translation).
/// </summary>
internal sealed class MelFrontEnd : IDisposable
{
    private const int Reach = MelShape.Kernel / 2;

    private readonly MelShape _shape;
    private readonly ScalarType _type;
    private readonly WeightAndBias[] _convolutions; // none in mel20
    private readonly MelWindows _windows;
    private readonly MelWindows.Layout _margins; // zeros around the windows, as much as the first convolution sees
    private readonly Tensor _mean, _deviation;
    private (Tensor Spectrum, Tensor Filters)? _tables; // on a GPU

    public MelFrontEnd(ModelConfig config, ParameterStore parameters)
    {
        _shape = MelShape.OfMel(config);
        _type = parameters.ComputeType;
        _convolutions = config.Frontend == Frontends.Mel40
            ? [.. Enumerable.Range(0, 2).Select(i => parameters.WeightAndBiasOf($"{Prefix}{i}"))]
            : [];
        _margins = _convolutions.Length > 0 ? new MelWindows.Layout(2 * Reach - 1, Reach, 0) : default;
        _windows = new MelWindows(_shape.Bins);
        var device = parameters.Masters.device;
        _mean = full(_shape.Bins, Scalars.Of(MelStatistics.UsualMean), float32, device).DetachFromDisposeScope();
        _deviation = full(_shape.Bins, Scalars.Of(MelStatistics.UsualDeviation), float32, device).DetachFromDisposeScope();
        Buffers = new Dictionary<string, Tensor> { [HubertBuffers.MelMean] = _mean, [HubertBuffers.MelDeviation] = _deviation };
    }

    /// <summary>What the convolutions' parameters begin with.</summary>
    public const string Prefix = "frontend.conv_layers.";

    /// <summary>Mean and deviation of each energy.</summary>
    public IReadOnlyDictionary<string, Tensor> Buffers { get; }

    /// <param name="batch">Samples and lengths; nothing is computed of the padding.</param>
    /// <param name="frames">T, all that the samples make.</param>
    /// <param name="hidden">[B, T', 1] true where the energies of a frame are hidden, with T' of at most T; or null.</param>
    /// <param name="warps">[B] factors of vocal tract length, or null.</param>
    /// <returns>[B, T, W · F] or [B, T, D] in the compute type.</returns>
    public Tensor Forward(HubertBatch batch, int frames, Tensor? hidden, double[]? warps = null)
    {
        using var scope = NewDisposeScope();
        var layout = _margins with
        {
            Rows = (frames * _shape.WindowsPerFrame) + _margins.Rows,
            Most = frames * _shape.WindowsPerFrame,
        };
        var filters = warps is null ? null : Array.ConvertAll(warps, warp => new MelFilterBank(_shape.Bins, warp));
        var energies = _mean.device_type == TorchSharp.DeviceType.CPU ? OnHost(batch, layout, filters) : OnDevice(batch, layout, filters);
        if (hidden is not null)
            Hide(energies, layout, hidden);
        var x = energies.to_type(_type); // [B, rows, F]
        if (_convolutions.Length == 0)
            return x.view(batch.Rows, frames, -1).MoveToOuterDisposeScope();
        x = Convolution(x, _convolutions[0]); // [B, 2T, D / 2]
        x = Convolution(F.pad(x, [0, 0, Reach, Reach - 1]), _convolutions[1]); // [B, T, D]
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>By the fast transform.</summary>
    internal unsafe Tensor OnHost(HubertBatch batch, MelWindows.Layout layout, MelFilterBank[]? filters = null)
    {
        var energies = zeros([batch.Rows, layout.Rows, _shape.Bins], float32);
        _windows.Compute(batch.Source, batch.LengthsSamples, layout, _mean.data<float>().ToArray(), _deviation.data<float>().ToArray(),
            TensorPointer.Singles(energies), filters);
        return energies;
    }

    /// <summary>By matrix products, on any device.</summary>
    internal Tensor OnDevice(HubertBatch batch, MelWindows.Layout layout, MelFilterBank[]? warped = null)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var device = _mean.device;
        var (spectrum, usual) = _tables ??= Tables(device);
        var filters = warped is null
            ? usual
            : DeviceCopy.Of(Matrices(warped), [warped.Length, MelTables.SpectrumBins, _shape.Bins], device);
        var source = DeviceCopy.Of(batch.Source, [batch.Rows, batch.SamplesPerRow], device);
        var windows = source.unfold(1, LogMelTransform.WindowSamples, LogMelTransform.HopSamples); // [B, M, 400]
        if (windows.shape[1] > layout.Most)
            windows = windows.narrow(1, 0, layout.Most);
        var parts = windows.matmul(spectrum); // [B, M, 2 · bins]
        parts = parts * parts;
        var (real, imaginary) = (parts.narrow(2, 0, MelTables.SpectrumBins),
            parts.narrow(2, MelTables.SpectrumBins, MelTables.SpectrumBins));
        var power = real.add(imaginary, Scalars.One);
        var logs = power.matmul(filters).clamp_min(Scalars.One).log();
        var normalised = (logs - _mean) / _deviation; // [B, M, F]
        int[] own = [.. batch.LengthsSamples.Select(length => (int)Math.Min(windows.shape[1], LogMelTransform.FramesOf(length)))];
        for (var row = 0; row < own.Length; row++)
        {
            if (own[row] < windows.shape[1])
                normalised[row].narrow(0, own[row], windows.shape[1] - own[row]).zero_();
        }
        var energies = zeros([batch.Rows, layout.Rows, _shape.Bins], float32, device);
        energies.narrow(1, layout.First, windows.shape[1]).copy_(normalised);
        return energies.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _windows.Dispose();
        _mean.Dispose();
        _deviation.Dispose();
        _tables?.Spectrum.Dispose();
        _tables?.Filters.Dispose();
    }

    private void Hide(Tensor energies, MelWindows.Layout layout, Tensor hidden)
    {
        var frames = hidden.shape[1];
        var inside = energies.narrow(1, layout.First, frames * _shape.WindowsPerFrame); // [B, W · T', F]
        inside.masked_fill_(hidden.repeat_interleave(_shape.WindowsPerFrame, dim: 1), Scalars.Zero);
    }

    /// <summary>Kernel 5, stride 2, gated linear unit.</summary>
    private static Tensor Convolution(Tensor x, WeightAndBias layer)
    {
        using var scope = NewDisposeScope();
        var windows = x.unfold(1, MelShape.Kernel, MelShape.Stride); // [B, U, C, 5]
        var weight = layer.Weight.Leaf;
        var y = F.linear(windows.reshape(windows.shape[0], windows.shape[1], -1), weight.view(weight.shape[0], -1), layer.Bias.Leaf);
        return F.glu(y, -1).MoveToOuterDisposeScope();
    }

    /// <returns>[B, bins, F].</returns>
    private static float[] Matrices(MelFilterBank[] banks)
    {
        var size = MelTables.SpectrumBins * banks[0].Count;
        var matrices = new float[banks.Length * size];
        for (var row = 0; row < banks.Length; row++)
            MelTables.Fill(matrices.AsSpan(row * size, size), banks[row]);
        return matrices;
    }

    private (Tensor Spectrum, Tensor Filters) Tables(Device device) =>
        (tensor(MelTables.Spectrum(), [LogMelTransform.WindowSamples, 2 * MelTables.SpectrumBins]).to_type(float32).to(device)
            .DetachFromDisposeScope(),
        tensor(MelTables.Filters(_shape.Bins), [MelTables.SpectrumBins, _shape.Bins]).to(device).DetachFromDisposeScope());
}
