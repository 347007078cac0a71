using HubertSharp.Audio.Fidelity;
using HubertSharp.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace HubertSharp.SpeechTokenizer.Losses;

/// <summary>
/// How far two waveforms are from each other in log mel energies of one resolution: the mean absolute difference. The filters are equally
/// wide on HTK's scale, 2595 log10(1 + f / 700), and each is divided by its width in Hz. B recordings, S samples, M filters, T windows.
/// </summary>
internal sealed class MelLoss : IDisposable
{
    private const double Floor = 1e-5, MagnitudeFloor = 1e-9;

    private readonly MelResolution _resolution;
    private readonly Tensor _filters; // [M, points / 2 + 1]
    private readonly Tensor _window;

    public MelLoss(MelResolution resolution, Device device)
    {
        _resolution = resolution;
        using var scope = NewDisposeScope();
        var bins = (resolution.Points / 2) + 1;
        var filters = MelTriangles.Of(
            resolution.Filters, bins, resolution.SampleRate, resolution.LowestHz, resolution.HighestHz, dividesByWidth: true);
        _filters = tensor(Array.ConvertAll(filters, weight => (float)weight), [resolution.Filters, bins]).to(device)
            .DetachFromDisposeScope();
        _window = hann_window(resolution.Window, device: device).DetachFromDisposeScope();
    }

    /// <param name="x">[B, S].</param>
    /// <returns>[B, M, T] natural logarithms of magnitudes.</returns>
    public Tensor Spectrogram(Tensor x)
    {
        using var scope = NewDisposeScope();
        var side = (_resolution.Points - _resolution.Hop) / 2;
        var padded = pad(x.unsqueeze(1), [side, side], TorchSharp.PaddingModes.Reflect).squeeze(1);
        var spectrum = stft(padded, _resolution.Points, _resolution.Hop, _resolution.Window, _window, center: false, return_complex: true);
        return matmul(_filters, spectrum.abs().add(Scalars.Of(MagnitudeFloor), Scalars.One)).clamp_min(Scalars.Of(Floor)).log()
            .MoveToOuterDisposeScope();
    }

    /// <param name="x">[B, S].</param>
    /// <param name="y">[B, S]; what one has more than the other at its end does not count.</param>
    public Tensor Forward(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Spectrogram(x), Spectrogram(y));
        var windows = Math.Min(a.shape[2], b.shape[2]);
        return l1_loss(a.narrow(2, 0, windows), b.narrow(2, 0, windows)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _filters.Dispose();
        _window.Dispose();
    }
}
