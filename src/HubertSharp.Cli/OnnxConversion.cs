using HubertSharp.Audio;
using HubertSharp.Clustering;
using HubertSharp.Features;
using HubertSharp.Features.Acoustic;
using HubertSharp.Features.Hubert;
using HubertSharp.Interop;
using HubertSharp.Interop.Onnx;
using HubertSharp.Models;
using HubertSharp.Onnx;
using HubertSharp.Runs.Files;

namespace HubertSharp.Cli;

/// <summary>Exports a model and compares what ONNX Runtime makes of it with what libtorch does.</summary>
internal static class OnnxConversion
{
    /// <summary>float32: other orders of additions, through a deep stack.</summary>
    public const double DefaultTolerance = 1e-4;

    /// <summary>8 bits: relative, because that is how its error grows.</summary>
    public const double DefaultInt8Tolerance = 0.25;

    private static readonly FeatureDescription[] KnownAcoustic =
        [AcousticSettings.Mfcc.Description, AcousticSettings.Fbank.Description];

    /// <param name="options">Input, output, clip, tolerance.</param>
    /// <param name="layers">Layers that become outputs; empty for all.</param>
    /// <param name="kmeansPath">A k-means model whose units become the output.</param>
    /// <param name="convention">What "layer N" means.</param>
    /// <param name="int8">Matrix products in 8 bits.</param>
    /// <exception cref="Runs.UserException">The model cannot be read, has no such layer, or the two differ by more than the
    /// tolerance.</exception>
    public static ConversionReport Run(
        ConversionOptions options, IReadOnlyList<int> layers, string? kmeansPath, FeatureConvention convention, bool int8)
    {
        var source = ModelReader.Read(options.Input);
        var notices = source.Notices.ToList();
        var kmeans = kmeansPath is null ? null : KMeansModel.Load(kmeansPath);
        if (kmeans is not null)
            (layers, convention) = Fit(options.Input, source, kmeansPath!, kmeans, layers, convention, notices);
        foreach (var layer in layers)
        {
            if (layer < 1 || layer > source.Description.Model.EncoderLayers)
                throw HubertFeatureFaults.NoSuchLayer(options.Input, layer, source.Description.Model.EncoderLayers);
        }
        var export = new OnnxExportOptions
        {
            Layers = layers.Count > 0 ? layers : null,
            Centroids = kmeans?.Centroids,
            Convention = convention,
            Int8 = int8,
        };
        if (options.Force)
            OutputKind.OnnxModel.PlaceOf(options.Output);
        return OutputPlace.Fill(options.Output, options.Force, place =>
        {
            OnnxExporter.Write(place, Path.GetFileName(place) + OutputPlace.WeightsBeside, source, export);
            var report = Compare(source, place, export, options) with { Notices = notices };
            return report.IsEquivalent ? report : throw InteropFaults.NotEquivalent(options.Output, report);
        });
    }

    /// <summary>The layer and convention that the k-means model was fitted on, checked against this model.</summary>
    private static (IReadOnlyList<int>, FeatureConvention) Fit(
        string path, PortableModel source, string kmeansPath, KMeansModel kmeans, IReadOnlyList<int> layers, FeatureConvention convention,
        List<string> notices)
    {
        if (kmeans.Features is { Layer: null } acoustic)
            throw HubertFeatureFaults.UnitsOfAcoustic(kmeansPath, acoustic.ToString(), path);
        if (kmeans.Features is null && kmeans.Dimensions != source.Description.Model.EncoderEmbedDim
            && KnownAcoustic.FirstOrDefault(f => f.Dimensions == kmeans.Dimensions) is { } known)
            throw HubertFeatureFaults.UnitsOfAcoustic(kmeansPath, $"{kmeans.Dimensions} dimensions, those of {known.Kind}", path);
        if (kmeans.Features is { Layer: { } fitted } features)
        {
            layers = layers.Count > 0 ? layers : [fitted];
            convention = features.Convention == "transformers" ? FeatureConvention.Transformers : FeatureConvention.Fairseq;
        }
        if (layers.Count != 1)
            throw HubertFeatureFaults.UnitsLayer(kmeansPath);
        using var model = source.Build(Tensors.ComputePrecision.Float32);
        var described = new HubertFeatureExtractor(model, convention: convention).Describe(layers[0], ModelIdentity.Of(source));
        if (kmeans.CheckFits(kmeansPath, described, described.Dimensions, path) is { } notice)
            notices.Add(notice);
        return (layers, convention);
    }

    private static ConversionReport Compare(PortableModel source, string place, OnnxExportOptions export, ConversionOptions options)
    {
        var task = source.Description.Task;
        var clip = options.Clip ?? TestClip.Create(task.SampleRate);
        var reference = ModelConverter.Outputs(source, clip).ToDictionary(output => output.Name, output => output.Values);
        var input = clip.ToArray();
        if (task.Normalize)
            WaveformNorm.Apply(input);
        using var model = OnnxHubert.Open(place);
        var layers = OnnxExporter.LayersOf(source, export);
        string NameOf(int layer) =>
            layer == source.Description.Model.EncoderLayers && export.Convention == FeatureConvention.Transformers
                ? "last"
                : $"layer {layer}";

        List<OutputDifference> outputs;
        if (model.Info.Kind == OnnxModelKind.Units)
        {
            outputs = [Units(reference[NameOf(layers[0])], export.Centroids!, model.RunBatch<long>(input, [input.Length], ["units"])[0])];
        }
        else
        {
            var names = layers.Select(layer => (Output: $"layer_{layer}", Name: NameOf(layer))).ToList();
            if (model.Info.Kind == OnnxModelKind.Ctc)
                names.Add(("logits", "ctc logits"));
            // all at once: each run computes all
            var computed = model.RunBatch<float>(input, [input.Length], names.ConvertAll(name => name.Output));
            outputs = [.. names.Zip(computed, (name, values) => OutputDifference.Of(name.Name, reference[name.Name], values))];
        }
        return new ConversionReport
        {
            Input = source.Path,
            InputFormat = source.Format,
            Output = options.Output,
            OutputFormat = ModelFormat.Onnx,
            Parameters = source.Weights.Values.Sum(w => w.Count),
            BitEqualTensors = 0,
            Tensors = 0,
            ClipSeconds = (double)clip.Length / task.SampleRate,
            Outputs = outputs,
            Tolerance = options.Tolerance,
            IsRelative = export.Int8,
            Notices = [],
        };
    }

    /// <summary>
    /// Where two centroids are as near as rounding tells, either may be chosen: what counts is how much farther the chosen one is.
    /// </summary>
    private static OutputDifference Units(float[] features, float[] centroids, long[] units)
    {
        var width = features.Length / units.Length;
        var (excess, others) = (0.0, 0);
        for (var t = 0; t < units.Length; t++)
        {
            var frame = features.AsSpan(t * width, width).ToArray();
            double Distance(long k) => frame.Select((x, d) => Math.Pow(x - (double)centroids[(k * width) + d], 2)).Sum();
            var nearest = Enumerable.Range(0, centroids.Length / width).MinBy(k => Distance(k));
            if (nearest == units[t])
                continue;
            others++;
            excess = Math.Max(excess, (Distance(units[t]) / Distance(nearest)) - 1);
        }
        return new OutputDifference("units", excess, (double)others / units.Length, (centroids.Length / width) - 1);
    }
}
