using System.Text.Json;
using HubertSharp.Audio;
using HubertSharp.Audio.Fidelity;

namespace HubertSharp.Tests.Audio.Fidelity;

/// <summary>Figures of pystoi, SpeechTokenizer's and audiocraft's losses, and formulae, on pairs of clips.</summary>
[Trait("Part", "golden")]
public sealed class FidelityGoldenTests
{
    private const double Exact = 1e-6, OfFloats = 1e-5; // the losses were recorded in float32

    public static TheoryData<string, string> Pairs => [.. Fixtures.Matching("audio_metrics*").SelectMany(folder =>
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At(folder, "expected.json")));
        return json.RootElement.EnumerateObject().Where(pair => pair.Value.ValueKind == JsonValueKind.Object
            && pair.Value.TryGetProperty("deg", out _)).Select(pair => (folder, pair.Name)).ToList();
    })];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Speech_is_understood_as_pystoi_has_it(string folder, string pair)
    {
        var (x, y, expected) = Read(folder, pair);
        var (stoi, estoi) = Intelligibility.Of(x, y, AudioFile.SampleRate);
        Assert.Equal(expected("stoi")[0], stoi, Exact);
        Assert.Equal(expected("estoi")[0], estoi, Exact);
        (stoi, estoi) = Intelligibility.Of(x, x, AudioFile.SampleRate);
        Assert.Equal(1, stoi, Exact);
        Assert.Equal(1, estoi, Exact);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Waveforms_and_spectra_are_apart_as_the_formulae_say(string folder, string pair)
    {
        var (x, y, expected) = Read(folder, pair);
        Assert.Equal(expected("si_sdr_db")[0], WaveformDistances.ScaleInvariantRatio(x, y), Exact);
        Assert.Equal(expected("si_sdr_zero_mean_db")[0], WaveformDistances.ScaleInvariantRatio(x, y, removesMeans: true), Exact);
        Assert.Equal(expected("snr_db")[0], WaveformDistances.Ratio(x, y), Exact);
        Near(expected("lsd_2048_512")[0], WaveformDistances.LogSpectral(x, y, 2048, 512), Exact);
        Near(expected("lsd_512_128")[0], WaveformDistances.LogSpectral(x, y, 512, 128), Exact);
        Near(expected("mcd13_db")[0], MelDistances.Cepstral(x, y, AudioFile.SampleRate), Exact);
        Near(expected("speechtokenizer_recon_l1")[0], WaveformDistances.MeanAbsolute(x, y), OfFloats);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Mel_distances_are_those_of_the_programs(string folder, string pair)
    {
        var (x, y, expected) = Read(folder, pair);
        var resolutions = MelDistances.Resolutions.ToList();
        double[] found = [.. resolutions.Select(r => MelDistances.Tokenizer(x, y, AudioFile.SampleRate, r.Points, r.Hop))];
        Assert.Equal(expected("speechtokenizer_mel_l1").Length, found.Length);
        foreach (var (one, other) in expected("speechtokenizer_mel_l1").Zip(found))
            Near(one, other, OfFloats);
        Near(expected("speechtokenizer_mel_weighted_45_1_1_1")[0], (45 * found[0]) + found[1..].Sum(), OfFloats);
        Near(expected("audiocraft_msmel_alphas_false")[0], MelDistances.AudioCraft(x, y, AudioFile.SampleRate), OfFloats);
        Near(expected("audiocraft_msmel_alphas_true")[0], MelDistances.AudioCraft(x, y, AudioFile.SampleRate, weightsByScale: true),
            OfFloats);
    }

    private static (double[] X, double[] Y, Func<string, double[]> Expected) Read(string folder, string pair)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At(folder, "expected.json")));
        var figures = json.RootElement.GetProperty(pair).Clone();
        double[] Samples(string key) =>
            Array.ConvertAll(AudioFile.Read(Fixtures.At(folder, figures.GetProperty(key).GetString()!)), sample => (double)sample);
        return (Samples("ref"), Samples("deg"), key => figures.GetProperty(key) is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(number => number.GetDouble())] : [figures.GetProperty(key).GetDouble()]);
    }

    private static void Near(double expected, double actual, double relative) =>
        Assert.Equal(expected, actual, Math.Abs(expected) * relative);
}
