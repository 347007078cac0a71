using HubertSharp.Runs;
using HubertSharp.Tensors;

namespace HubertSharp.SpeechTokenizer.Weights;

/// <summary>
/// First values of a network's parameters, distributed as torch's modules draw them: uniform up to 1 / sqrt(what a number of the output is
/// summed over), of an LSTM up to 1 / sqrt(its width); norms are those of the directions. Each parameter has a stream of its own.
/// </summary>
internal static class DrawnParameters
{
    private static readonly string[] s_weights = ["weight_v", "weight_orig", "weight"];

    public static void Set(ParameterStore parameters, ulong seed)
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
            return 1 / Math.Sqrt(weight.Shape.Skip(1).Aggregate(1L, (product, size) => product * size));
        }

        parameters.CopyFrom(info =>
            info.Name.EndsWith(".alpha", StringComparison.Ordinal) ? [.. Enumerable.Repeat(1f, (int)info.Count)]
            : info.Name.EndsWith(".weight_g", StringComparison.Ordinal) ? Norms(Uniform($"{info.Name[..^1]}v"), info.Count)
            : Uniform(info.Name));
    }

    private static float[] Norms(float[] directions, long rows) =>
        [.. directions.Chunk((int)(directions.Length / rows)).Select(row => (float)Math.Sqrt(row.Sum(value => (double)value * value)))];
}
