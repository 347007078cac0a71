using HubertSharp.Interop.Fairseq;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.PyTorch;
using HubertSharp.SpeechTokenizer.Discriminators;
using HubertSharp.Tensors;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer.Discriminators;

/// <summary>Discriminators with the weights that the released program's had.</summary>
internal static class ReleasedDiscriminators
{
    private const string SpectralU = ".weight_u", SpectralV = ".weight_v";

    /// <summary>Those of <c>mstftd.pt</c>, of whose size the file tells.</summary>
    public static DiscriminatorSet Stft(string fixture, ComputePrecision precision = ComputePrecision.Float32)
    {
        using var file = TorchFile.Open(Fixtures.At(fixture, "mstftd.pt"), FairseqClasses.Names);
        var stored = PlainValue.Map(file.Root)!.Pairs.Where(pair => pair.Value is TorchTensor)
            .ToDictionary(pair => $"mstftd.{pair.Key}", pair => file.Read((string)pair.Key!, (TorchTensor)pair.Value!));
        var filters = (int)stored["mstftd.discriminators.0.convs.0.conv.bias"].Shape[0];
        var set = new DiscriminatorSet(new DiscriminatorSizes(filters, 0, 0), torch.CPU, precision);
        set.Parameters.CopyFrom(info =>
        {
            Assert.Equal(info.Shape, stored[info.Name].Shape);
            return stored[info.Name].ToSingles();
        });
        Assert.Equal(stored.Keys.Where(name => !name.EndsWith("spec_transform.window", StringComparison.Ordinal)).Order(),
            set.Parameters.Infos.Select(info => info.Name).Order());
        return set;
    }

    /// <summary>One of the wide ones, whose weights are computed by the rule in the fixtures' README.</summary>
    /// <param name="kind"><c>mpd</c> or <c>msd</c>.</param>
    /// <param name="keys">The released names, in ordinal order.</param>
    /// <param name="vectors">Has the vectors of the spectral norms under <c>KIND.NAME</c>.</param>
    public static DiscriminatorSet Wide(string kind, IReadOnlyList<string> keys, SafetensorsFile vectors)
    {
        var set = new DiscriminatorSet(DiscriminatorSizes.Released with
        {
            StftFilters = 0,
            PeriodChannels = kind == "mpd" ? DiscriminatorSizes.Released.PeriodChannels : 0,
            ScaleChannels = kind == "msd" ? DiscriminatorSizes.Released.ScaleChannels : 0,
        }, torch.CPU);
        Assert.Equal(keys.Select(key => $"{kind}.{key}").Order(StringComparer.Ordinal),
            set.Parameters.Infos.Select(info => info.Name).Order(StringComparer.Ordinal));
        var places = keys.Index().ToDictionary(key => $"{kind}.{key.Item}", key => key.Index);
        set.Parameters.CopyFrom(info => Values(info.Name, places[info.Name], (int)info.Count));
        foreach (var (name, buffer) in set.Buffers)
        {
            Assert.True(name.EndsWith(SpectralU, StringComparison.Ordinal) || name.EndsWith(SpectralV, StringComparison.Ordinal));
            using var stored = TokenizerFixtures.Tensor(vectors[name]);
            buffer.copy_(stored);
        }
        return set;
    }

    private static float[] Values(string name, int place, int count)
    {
        var (centre, width) = name.EndsWith("weight_g", StringComparison.Ordinal) ? (1.4, 0.1) : (0, 0.05);
        return [.. Enumerable.Range(0, count).Select(i => (float)(centre + (width * Math.Sin((0.61803 * (i % 9973)) + (0.37 * place)))))];
    }
}
