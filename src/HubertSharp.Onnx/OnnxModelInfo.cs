using System.Globalization;
using System.Text.Json;
using HubertSharp.Runs.Alphabets;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Onnx;

/// <summary>What an exported model says of itself.</summary>
public sealed record OnnxModelInfo
{
    private const string Format = "hubertsharp.onnx.v1";

    public required OnnxModelKind Kind { get; init; }

    /// <summary>Samples per second.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Each utterance to mean 0 and variance 1 first.</summary>
    public required bool Normalize { get; init; }

    /// <summary>Added to the variance then.</summary>
    public required double NormalizeEpsilon { get; init; }

    /// <summary>Samples from one frame to the next.</summary>
    public required long StrideSamples { get; init; }

    /// <summary>Samples that one frame is made of.</summary>
    public required long ReceptiveSamples { get; init; }

    /// <summary>Layers that are outputs, counted from 1; of a units model the one that is clustered.</summary>
    public required IReadOnlyList<int> Layers { get; init; }

    /// <summary>Numbers per frame and layer.</summary>
    public required int Width { get; init; }

    /// <summary>What "layer N" means: <c>fairseq</c> or <c>transformers</c>.</summary>
    public required string Convention { get; init; }

    /// <summary>Which encoder it was exported from.</summary>
    public required string Checkpoint { get; init; }

    /// <summary><c>float32</c> or <c>int8</c>.</summary>
    public required string Precision { get; init; }

    /// <summary>Clusters of a units model, else 0.</summary>
    public required int Clusters { get; init; }

    /// <summary>Tokens of a CTC model, else none.</summary>
    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary>Index of CTC's blank.</summary>
    public required int Blank { get; init; }

    /// <summary>Tokens and blank as parts of text.</summary>
    internal CtcAlphabet Alphabet => field ??= new CtcAlphabet(Tokens, Blank);

    /// <summary>Frames of a clip of so many samples.</summary>
    public long Frames(long samples) => samples < ReceptiveSamples ? 0 : ((samples - ReceptiveSamples) / StrideSamples) + 1;

    internal static OnnxModelInfo Read(string path, IReadOnlyDictionary<string, string> metadata)
    {
        string Text(string key) => metadata.TryGetValue(key, out var value) ? value : throw OnnxFaults.NotOurs(path, $"no '{key}'");
        if (metadata.GetValueOrDefault("format") != Format)
            throw OnnxFaults.NotOurs(path, metadata.GetValueOrDefault("format") ?? "none");
        try
        {
            var layers = ConvLayerSpec.Parse(Text("conv_feature_layers"));
            long stride = 1, receptive = 1;
            foreach (var layer in layers)
            {
                receptive = checked(receptive + ((layer.Kernel - 1) * stride));
                stride = checked(stride * layer.Stride);
            }
            var info = new OnnxModelInfo
            {
                Kind = Enum.Parse<OnnxModelKind>(Text("kind"), ignoreCase: true),
                SampleRate = Integer("sample_rate", 1, 1_000_000),
                Normalize = bool.Parse(Text("normalize")),
                NormalizeEpsilon = double.Parse(Text("normalize_epsilon"), CultureInfo.InvariantCulture),
                StrideSamples = stride,
                ReceptiveSamples = receptive,
                Layers = Text("layers").Length == 0
                    ? []
                    : [.. Text("layers").Split(',').Select(layer => int.Parse(layer, CultureInfo.InvariantCulture))],
                Width = Integer("width", 1, 1 << 20),
                Convention = Text("convention"),
                Checkpoint = Text("checkpoint"),
                Precision = Text("precision"),
                Clusters = metadata.ContainsKey("clusters") ? Integer("clusters", 1, 1 << 24) : 0,
                Tokens = metadata.ContainsKey("tokens") ? JsonSerializer.Deserialize<List<string>>(Text("tokens")) ?? [] : [],
                Blank = metadata.ContainsKey("blank") ? Integer("blank", 0, 1 << 24) : 0,
            };
            return info.Kind != OnnxModelKind.Ctc || info.Blank < info.Tokens.Count
                ? info
                : throw OnnxFaults.NotOurs(path, $"blank {info.Blank} of {info.Tokens.Count} tokens");
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException or JsonException)
        {
            throw OnnxFaults.NotOurs(path, e.Message);
        }

        int Integer(string key, int lowest, int highest) =>
            int.Parse(Text(key), CultureInfo.InvariantCulture) is var number && number >= lowest && number <= highest
                ? number
                : throw new FormatException($"{key} is {number}");
    }
}
