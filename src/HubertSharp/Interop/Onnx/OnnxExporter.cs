using System.Globalization;
using System.Text.Json;
using HubertSharp.Models;
using HubertSharp.Models.Ctc;
using HubertSharp.Models.Frames;
using HubertSharp.Models.Mel;
using HubertSharp.Models.Transformer;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Interop.Onnx;

// B rows, S samples, T frames, C channels, D encoder width, V tokens, K clusters.

/// <summary>
/// Writes a HuBERT as an ONNX graph with batches and lengths of any size: every layer, units (the nearest centroids of a layer), or
/// CTC's logits. The graph computes what <see cref="HubertModel"/> computes, padding rule included; operators of ONNX alone are used.
/// </summary>
/// <remarks>
/// Inputs: <c>input_values</c> [B, S] float32, normalised where the metadata say so, and <c>lengths</c> [B] int64, samples of each row.
/// </remarks>
internal sealed class OnnxExporter
{
    private readonly OnnxGraph _graph = new();
    private readonly PortableModel _portable;
    private readonly OnnxExportOptions _options;
    private readonly ModelConfig _config;
    private readonly OnnxLayers _layers;

    private OnnxExporter(PortableModel portable, OnnxExportOptions options)
    {
        (_portable, _options, _config) = (portable, options, portable.Description.Model);
        _layers = new OnnxLayers(_graph, portable, options.Int8);
    }

    /// <summary>Writes a model; with more than 1.5 GB of weights also <c>dataName</c> beside it.</summary>
    /// <exception cref="Runs.UserException">The disk is full or the folder cannot be written.</exception>
    public static void Write(
        string path, string dataName, PortableModel portable, OnnxExportOptions options, long mostInlineBytes = OnnxGraph.MostInlineBytes)
    {
        var exporter = new OnnxExporter(portable, options);
        exporter.Build();
        exporter._graph.Write(path, dataName, mostInlineBytes);
    }

    /// <summary>The layers that the options mean for a model.</summary>
    public static IReadOnlyList<int> LayersOf(PortableModel portable, OnnxExportOptions options) =>
        options.Layers ?? (portable.Ctc is not null && options.Centroids is null
            ? []
            : [.. Enumerable.Range(1, portable.Description.Model.EncoderLayers)]);

    private bool IsCtc => _portable.Ctc is not null && _options.Centroids is null;

    private void Build()
    {
        var layers = LayersOf(_portable, _options);
        var samples = _graph.Input("input_values", OnnxType.Float32, "batch", "samples");
        var lengths = _graph.Input("lengths", OnnxType.Int64, "batch");
        var x = Project(FrontEnd(samples, lengths)); // [B, T, D]
        var padding = Padding(samples, lengths, x, out var bias); // [B, T, 1] and [B, 1, 1, T]
        x = Start(x, padding);
        var depth = IsCtc ? _config.EncoderLayers : layers.Max();
        for (var layer = 1; layer <= depth; layer++)
        {
            x = OnnxEncoderLayer.Add(_graph, _layers, _config, x, bias, layer - 1);
            if (!layers.Contains(layer))
                continue;
            var taken = layer == _config.EncoderLayers && _config.LayerNormFirst && _options.Convention == FeatureConvention.Transformers
                ? _layers.Norm(x, "encoder.layer_norm")
                : x;
            if (_options.Centroids is { } centroids)
                Units(taken, centroids);
            else
                _graph.Output(taken, $"layer_{layer}", OnnxType.Float32, "batch", "frames", $"{_config.EncoderEmbedDim}");
        }
        if (IsCtc)
            Logits(_config.LayerNormFirst ? _layers.Norm(x, "encoder.layer_norm") : x, _portable.Ctc!);
        Describe(layers);
    }

    /// <summary>Convolutions over samples; see <see cref="Models.Convolutions.FrontEnd"/>.</summary>
    /// <returns>[B, T, C].</returns>
    private string FrontEnd(string samples, string lengths)
    {
        if (_config.Frontend != Frontends.Waveform)
            return OnnxMel.Add(_graph, _layers, _config, samples, lengths);
        var isNormed = _config.ExtractorMode == "layer_norm"; // else a group norm in the first block alone
        var x = isNormed ? _graph.Node("Unsqueeze", [samples, _graph.Integers(1)]) : _graph.Node("Gelu", [FirstBlock(samples)]);
        for (var i = isNormed ? 0 : 1; i < _config.ConvFeatureLayers.Count; i++)
        {
            var prefix = $"feature_extractor.conv_layers.{i}.";
            var (_, kernel, stride) = _config.ConvFeatureLayers[i];
            string[] inputs = _config.ConvBias
                ? [x, _layers.Weight(prefix + "0.weight"), _layers.Weight(prefix + "0.bias")]
                : [x, _layers.Weight(prefix + "0.weight")];
            x = _graph.Node("Conv", inputs, ("kernel_shape", new long[] { kernel }), ("strides", new long[] { stride }));
            if (isNormed)
            {
                x = _graph.Node("Transpose", [x], ("perm", new long[] { 0, 2, 1 }));
                x = _graph.Node("Transpose", [_layers.Norm(x, prefix + "2.1")], ("perm", new long[] { 0, 2, 1 }));
            }
            x = _graph.Node("Gelu", [x]);
        }
        return _graph.Node("Transpose", [x], ("perm", new long[] { 0, 2, 1 }));
    }

    private string FirstBlock(string samples)
    {
        const string Prefix = "feature_extractor.conv_layers.0.";
        var (_, kernel, stride) = _config.ConvFeatureLayers[0];
        return OnnxFirstBlock.Add(_graph, samples, kernel, stride, _layers.Values(Prefix + "0.weight"), _layers.Values(Prefix + "2.weight"),
            _layers.Values(Prefix + "2.bias"));
    }

    private string Project(string features)
    {
        var x = _portable.Weights.ContainsKey("layer_norm.weight") ? _layers.Norm(features, "layer_norm") : features;
        return _portable.Weights.ContainsKey("post_extract_proj.weight") ? _layers.Linear(x, "post_extract_proj") : x;
    }

    /// <summary>
    /// fairseq's rule (see <see cref="FrameAlignment.ValidFrames"/>): frame t is padding when the samples from t · (S / T) on are.
    /// </summary>
    private string Padding(string samples, string lengths, string x, out string bias)
    {
        var zero = _graph.Integer(0);
        var (sampleCount, frameCount) = (_graph.SizeOf(samples, 1), _graph.SizeOf(x, 1));
        // [T]
        var starts = _graph.Node("Mul",
            [_graph.Node("Range", [zero, frameCount, _graph.Integer(1)]), _graph.Node("Div", [sampleCount, frameCount])]);
        // [B, T]
        var padding = _graph.Node("GreaterOrEqual",
            [_graph.Node("Unsqueeze", [starts, _graph.Integers(0)]), _graph.Node("Unsqueeze", [lengths, _graph.Integers(1)])]);
        bias = _graph.Node("Where",
            [_graph.Node("Unsqueeze", [padding, _graph.Integers(1, 2)]), _graph.Number(float.NegativeInfinity), _graph.Number(0)]);
        return _graph.Node("Unsqueeze", [padding, _graph.Integers(2)]);
    }

    /// <summary>Padded frames zeroed, convolutional positions added, and for post-LN models the norm.</summary>
    private string Start(string x, string padding)
    {
        x = _graph.Node("Where", [padding, _graph.Number(0), x]);
        var turned = _graph.Node("Transpose", [x], ("perm", new long[] { 0, 2, 1 }));
        if (_config.ConvPosBatchNorm)
            turned = _layers.PositionalNorm(turned);
        // an even kernel gives one frame too many at the end: pad less there
        long before = _config.ConvPos / 2, after = before - (_config.ConvPos % 2 == 0 ? 1 : 0);
        var name = PositionalConvolution.Name(_config);
        var weight = _config.ConvPosBatchNorm ? _layers.Weight(name + "weight") : _layers.PositionalWeight();
        var positions = _graph.Node("Conv", [turned, weight, _layers.Weight(name + "bias")],
            ("kernel_shape", new long[] { _config.ConvPos }), ("pads", new[] { before, after }), ("group", (long)_config.ConvPosGroups));
        x = _graph.Node("Add", [x, _graph.Node("Transpose", [_graph.Node("Gelu", [positions])], ("perm", new long[] { 0, 2, 1 }))]);
        return _config.LayerNormFirst ? x : _layers.Norm(x, "encoder.layer_norm");
    }

    /// <summary>argmin ‖x − c‖² = argmin ‖c‖² − 2 x·c, the first of equals.</summary>
    private void Units(string x, float[] centroids)
    {
        var width = _config.EncoderEmbedDim;
        var clusters = centroids.Length / width;
        var turned = new float[centroids.Length]; // [D, K]
        var squares = new float[clusters];
        for (var k = 0; k < clusters; k++)
        {
            var square = 0.0;
            for (var d = 0; d < width; d++)
            {
                turned[(d * clusters) + k] = -2 * centroids[(k * width) + d];
                square += (double)centroids[(k * width) + d] * centroids[(k * width) + d];
            }
            squares[k] = (float)square;
        }
        var distances = _graph.Node("Add", [_graph.Node("MatMul", [x, _graph.Weight("centroids", [width, clusters], turned)]),
            _graph.Weight("centroid_squares", [clusters], squares)]);
        _graph.Output(_graph.Node("ArgMin", [distances], ("axis", -1L), ("keepdims", 0L)), "units", OnnxType.Int64, "batch", "frames");
    }

    private void Logits(string x, CtcHead head) => _graph.Output(
        _layers.Linear(x, "ctc", head.Weight.ToSingles(), head.Bias.ToSingles(), _config.EncoderEmbedDim), "logits", OnnxType.Float32,
        "batch", "frames", $"{head.Tokens.Count}");

    /// <summary>What HubertSharp.Onnx needs to know; plain enough for other programs.</summary>
    private void Describe(IReadOnlyList<int> layers)
    {
        var task = _portable.Description.Task;
        var metadata = _graph.Metadata;
        metadata["format"] = "hubertsharp.onnx.v1";
        metadata["kind"] = IsCtc ? "ctc" : _options.Centroids is null ? "encoder" : "units";
        metadata["sample_rate"] = $"{task.SampleRate}";
        metadata["normalize"] = task.Normalize ? "true" : "false";
        metadata["normalize_epsilon"] = _options.Convention == FeatureConvention.Transformers ? "1e-7" : "1e-5";
        if (_config.Frontend != Frontends.Waveform)
            metadata["frontend"] = _config.Frontend;
        metadata["conv_feature_layers"] = ConvLayerSpec.Format(MelShape.WindowsOf(_config)); // how samples make frames
        metadata["layers"] = string.Join(',', layers);
        metadata["width"] = _config.EncoderEmbedDim.ToString(CultureInfo.InvariantCulture);
        metadata["convention"] = _options.Convention == FeatureConvention.Fairseq ? "fairseq" : "transformers";
        metadata["checkpoint"] = ModelIdentity.Of(_portable);
        metadata["precision"] = _options.Int8 ? "int8" : "float32";
        if (_options.Centroids is { } centroids)
            metadata["clusters"] = $"{centroids.Length / _config.EncoderEmbedDim}";
        if (IsCtc)
        {
            metadata["tokens"] = JsonSerializer.Serialize(_portable.Ctc!.Tokens);
            metadata["blank"] = $"{_portable.Ctc.Blank}";
        }
    }
}
