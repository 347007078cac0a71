using HubertSharp.Runs;
using HubertSharp.Tensors;

namespace HubertSharp.SpeechTokenizer.Weights;

/// <summary>
/// First values of a network's parameters, distributed as torch's modules draw them: uniform up to 1 / sqrt(what a number of the output is
/// summed over), of an LSTM up to 1 / sqrt(its width); norms are those of the directions. Each parameter has a stream of its own.
/// </summary>
/// <remarks>
/// Drawn like that, a layer's output has a third of its input's variance. Behind a dozen layers nothing is left of the recording beside
/// the biases, and hundreds of updates pass before the network makes more than one mean spectrum. What keeps the variance draws up to
/// sqrt(3) times as far and begins without biases (LeCun et al. 1998, 4.6).
/// </remarks>
internal static class DrawnParameters
{
    private static readonly string[] s_weights = ["weight_v", "weight_orig", "weight"];

    /// <param name="parameters">What is drawn.</param>
    /// <param name="seed">Of all of it.</param>
    /// <param name="keepsVariance">Whether layers keep their input's variance; as torch draws them otherwise.</param>
    public static void Set(ParameterStore parameters, ulong seed, bool keepsVariance)
    {
        var infos = parameters.Infos.Index().ToDictionary(i => i.Item.Name, i => (i.Item, i.Index), StringComparer.Ordinal);
        float[] Uniform(string name)
        {
            var (info, index) = infos[name];
            var (random, bound) = (new SeededRandom(SeededRandom.Derive(seed, (ulong)index)), Bound(info));
            var values = new float[info.Count];
            for (var i = 0; i < values.Length; i++)
                values[i] = (float)(((2 * random.NextDouble()) - 1) * bound);
            return values;
        }

        double Bound(ParameterInfo info)
        {
            if (info.Name.Contains(".lstm.", StringComparison.Ordinal))
                return 1 / Math.Sqrt(info.Shape[0] / 4);
            var prefix = info.Name[..(info.Name.LastIndexOf('.') + 1)];
            var weight = infos[s_weights.Select(name => prefix + name).First(infos.ContainsKey)].Item;
            if (keepsVariance && info.Name.EndsWith(".bias", StringComparison.Ordinal))
                return 0;
            return (keepsVariance ? Math.Sqrt(3) : 1) / Math.Sqrt(weight.Shape.Skip(1).Aggregate(1L, (product, size) => product * size));
        }

        parameters.CopyFrom(info =>
            info.Name.EndsWith(".alpha", StringComparison.Ordinal) ? [.. Enumerable.Repeat(1f, (int)info.Count)]
            : info.Name.EndsWith(".weight_g", StringComparison.Ordinal) ? Norms(Uniform($"{info.Name[..^1]}v"), info.Count)
            : Uniform(info.Name));
    }

    private static float[] Norms(float[] directions, long rows) =>
        [.. directions.Chunk((int)(directions.Length / rows)).Select(row => (float)Math.Sqrt(row.Sum(value => (double)value * value)))];
}
