using System.Text.Json;
using System.Text.Json.Nodes;
using HubertSharp.Interop;
using HubertSharp.Interop.HuggingFace;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.SpeechTokenizer;

/// <summary>
/// The settings of a tokenizer's network, as the released <c>config.json</c> and <c>spt_base_cfg.json</c> name them. What else stands
/// there, the settings of a training, is kept and written again.
/// </summary>
/// <remarks>Memory: at most 32 bytes per byte of the file, and 1 MiB.</remarks>
internal sealed record TokenizerConfig
{
    public const string FileName = "config.json";

    private const string QuantizersKey = "n_q", StridesKey = "strides";
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    private TokenizerConfig(JsonObject settings) => Settings = settings;

    /// <summary><c>n_filters</c>: channels of the first convolution; each stride doubles them.</summary>
    public int Filters { get; private init; }

    /// <summary><c>strides</c>: of the decoder, in its order; the encoder has them the other way round.</summary>
    public IReadOnlyList<int> Strides { get; private init; } = [];

    /// <summary><c>dimension</c>: width of the embeddings that are quantised.</summary>
    public int Dimension { get; private init; }

    /// <summary><c>semantic_dimension</c>: width of the teacher's features.</summary>
    public int SemanticDimension { get; private init; }

    /// <summary><c>bidirectional</c>: whether the encoder's LSTM hears both directions; the decoder's never does.</summary>
    public bool IsBidirectional { get; private init; }

    /// <summary><c>dilation_base</c>: how the dilation grows from one residual unit of a stage to the next.</summary>
    public int DilationBase { get; private init; }

    /// <summary><c>residual_kernel_size</c>.</summary>
    public int ResidualKernel { get; private init; }

    /// <summary><c>n_residual_layers</c>: residual units of each stage.</summary>
    public int ResidualLayers { get; private init; }

    /// <summary><c>lstm_layers</c>; 0 for none.</summary>
    public int LstmLayers { get; private init; }

    /// <summary><c>activation</c>: whether it is Snake; else ELU.</summary>
    public bool IsSnake { get; private init; }

    /// <summary><c>codebook_size</c>: codes of each quantiser.</summary>
    public int CodebookSize { get; private init; }

    /// <summary><c>n_q</c>.</summary>
    public int Quantizers { get; private init; }

    /// <summary><c>sample_rate</c>, in Hz.</summary>
    public int SampleRate { get; private init; }

    /// <summary>Samples of a frame.</summary>
    public int Hop => Strides.Aggregate(1, (product, stride) => product * stride);

    /// <summary>Channels where the network is widest, at the LSTM.</summary>
    public int Width => Filters << Strides.Count;

    /// <summary>Everything that stands in the file.</summary>
    public JsonObject Settings { get; }

    /// <exception cref="UserException">Missing, damaged, of another kind of model, or a value that no network has.</exception>
    public static TokenizerConfig Read(string path)
    {
        if (!File.Exists(path))
            throw TokenizerFaults.NoConfig(path);
        return Of(path, HuggingFaceConfig.ReadObject(path));
    }

    /// <param name="path">The file, for messages.</param>
    /// <param name="json">What stands in it.</param>
    /// <exception cref="UserException">As of <see cref="Read"/>.</exception>
    public static TokenizerConfig Of(string path, JsonObject json)
    {
        if (!TokenizerMark.IsConfig(json))
            throw TokenizerFaults.OtherModel(path, json["model_type"] is { } type ? $"model_type {type}" : "none of them");
        int Whole(string key, int least, int most, int? otherwise = null) => json[key] switch
        {
            null when otherwise is { } value => value,
            JsonValue found when found.TryGetValue<int>(out var value) && value >= least && value <= most => value,
            var found => throw TokenizerFaults.Setting(path, key, $"a whole number from {least} to {most}", Text(found)),
        };

        var strides = json[StridesKey] is JsonArray { Count: >= 1 and <= 12 } list
            && list.All(stride => stride is JsonValue value && value.TryGetValue<int>(out var whole) && whole is >= 1 and <= 4096)
            && list.Aggregate(1L, (product, stride) => Math.Min(product * (int)stride!, 1 << 20)) <= 1 << 16
                ? list.Select(stride => (int)stride!).ToArray()
                : throw TokenizerFaults.Setting(path, StridesKey, "1 to 12 whole numbers whose product is at most 65536",
                    Text(json[StridesKey]));
        var config = new TokenizerConfig(json)
        {
            Strides = strides,
            Filters = Whole("n_filters", 2, 4096),
            Dimension = Whole("dimension", 1, 1 << 16),
            SemanticDimension = Whole("semantic_dimension", 1, 1 << 16),
            IsBidirectional = json["bidirectional"] is { } both && (both is JsonValue flag && flag.TryGetValue<bool>(out var value) ? value
                : throw TokenizerFaults.Setting(path, "bidirectional", "true or false", Text(both))),
            DilationBase = Whole("dilation_base", 1, 16),
            ResidualKernel = Whole("residual_kernel_size", 1, 255),
            ResidualLayers = Whole("n_residual_layers", 0, 8),
            LstmLayers = Whole("lstm_layers", 0, 16, otherwise: 0),
            IsSnake = json["activation"]?.ToString() switch
            {
                "ELU" => false,
                "Snake" => true,
                var other => throw TokenizerFaults.Setting(path, "activation", "ELU or Snake", PrintableText.Of(other ?? "none")),
            },
            CodebookSize = Whole("codebook_size", 2, 1 << 16),
            Quantizers = Whole(QuantizersKey, 1, 255),
            SampleRate = Whole("sample_rate", 1000, 768_000),
        };
        return config is { IsBidirectional: true, LstmLayers: 0 }
            ? throw TokenizerFaults.Setting(path, "lstm_layers", "at least 1 where bidirectional is true", "0") : config;
    }

    /// <exception cref="UserException">The disk is full or the folder cannot be written.</exception>
    public void Write(string path) => AtomicFile.WriteAllText(path, Settings.ToJsonString(s_json) + "\n");

    private static string Text(JsonNode? node) => PrintableText.Of(node?.ToJsonString() ?? "none");
}
