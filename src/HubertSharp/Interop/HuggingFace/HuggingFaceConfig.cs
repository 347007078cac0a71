using System.Text.Json;
using System.Text.Json.Nodes;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Files;

namespace HubertSharp.Interop.HuggingFace;

/// <summary><c>config.json</c> of a transformers folder (HubertConfig), both ways.</summary>
/// <remarks>Memory: at most 32 bytes per byte of the file, and 1 MiB.</remarks>
internal sealed class HuggingFaceConfig
{
    public const string FileName = "config.json", PreprocessorFileName = "preprocessor_config.json";

    /// <summary>Where transformers 5 puts the preprocessor's settings when it saves it together with a tokenizer.</summary>
    public const string ProcessorFileName = "processor_config.json";

    private const long MostBytes = 1 << 24;

    private readonly string _path;
    private readonly JsonObject _json;

    private HuggingFaceConfig(string path, JsonObject json) => (_path, _json) = (path, json);

    /// <summary>Output of CTC's blank: transformers' padding token.</summary>
    public int PadTokenId => Integer("pad_token_id", 0);

    /// <exception cref="Runs.UserException">Missing, damaged, or of another kind of model.</exception>
    public static HuggingFaceConfig Read(string path)
    {
        var config = new HuggingFaceConfig(path, ReadObject(path));
        var type = config._json["model_type"]?.ToString() ?? "none";
        return type == "hubert" ? config
            : throw (TokenizerMark.IsConfig(config._json) ? InteropFaults.IsTokenizer(path) : InteropFaults.OtherModel(path, type));
    }

    /// <summary>A JSON object of a file.</summary>
    public static JsonObject ReadObject(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes)
                throw InteropFaults.Json(path, "more than 16 MiB");
            return JsonNode.Parse(RegularFile.ReadAllText(path, RegularFile.MostOfDescription), documentOptions: new JsonDocumentOptions
            {
                AllowDuplicateProperties = false,
            }) as JsonObject ?? throw InteropFaults.Json(path, "no object");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw InteropFaults.Json(path, Runs.PrintableText.Of(e));
        }
    }

    public ModelConfig Model()
    {
        Must("hidden_act", "gelu", "gelu");
        Must("feat_extract_activation", "gelu", "gelu");
        if (Math.Abs(Number("layer_norm_eps", 1e-5) - 1e-5) > 1e-9)
            throw InteropFaults.Setting(_path, "layer_norm_eps", "1e-05", _json["layer_norm_eps"]!.ToString());
        var (channels, kernels, strides) = (Integers("conv_dim", Enumerable.Repeat(512, 7)),
            Integers("conv_kernel", [10, 3, 3, 3, 3, 2, 2]), Integers("conv_stride", [5, 2, 2, 2, 2, 2, 2]));
        if (channels.Count is 0 or > 64
            || kernels.Count != channels.Count
            || strides.Count != channels.Count
            || channels.Concat(kernels).Concat(strides).Any(n => n is < 1 or > 1 << 20))
            throw InteropFaults.Setting(_path, "conv_dim, conv_kernel, conv_stride", "lists of one length",
                $"{channels.Count}, {kernels.Count} and {strides.Count}");
        return new ModelConfig
        {
            ExtractorMode = Text("feat_extract_norm", "group") switch
            {
                "group" => "default",
                "layer" => "layer_norm",
                var other => throw InteropFaults.Setting(_path, "feat_extract_norm", "group or layer", other),
            },
            EncoderLayers = Integer("num_hidden_layers", 12),
            EncoderEmbedDim = Integer("hidden_size", 768),
            EncoderFfnEmbedDim = Integer("intermediate_size", 3072),
            EncoderAttentionHeads = Integer("num_attention_heads", 12),
            LayerNormFirst = Flag("do_stable_layer_norm", false),
            ConvFeatureLayers = [.. channels.Select((c, i) => new ConvLayerSpec(c, kernels[i], strides[i]))],
            ConvBias = Flag("conv_bias", false),
            ConvPos = Integer("num_conv_pos_embeddings", 128),
            ConvPosGroups = Integer("num_conv_pos_embedding_groups", 16),
            ConvPosBatchNorm = Flag("conv_pos_batch_norm", false),
            FeatProjLayerNorm = Flag("feat_proj_layer_norm", true),
            Dropout = Number("hidden_dropout", 0.1),
            AttentionDropout = Number("attention_dropout", 0.1),
            ActivationDropout = Number("activation_dropout", 0.1),
            DropoutInput = Number("feat_proj_dropout", 0.0),
            EncoderLayerdrop = Number("layerdrop", 0.1),
        };
    }

    /// <summary>The settings of a model as transformers' own conversion of fairseq checkpoints gives them.</summary>
    public static JsonObject Of(PortableModel portable, string torchDType)
    {
        var model = portable.Description.Model;
        JsonArray List(Func<ConvLayerSpec, int> of) => [.. model.ConvFeatureLayers.Select(layer => (JsonNode)of(layer))];
        var json = new JsonObject
        {
            ["activation_dropout"] = model.ActivationDropout,
            ["apply_spec_augment"] = true,
            ["architectures"] = new JsonArray(portable.Ctc is null ? "HubertModel" : "HubertForCTC"),
            ["attention_dropout"] = model.AttentionDropout,
            ["bos_token_id"] = 1,
            ["conv_bias"] = model.ConvBias,
            ["conv_dim"] = List(layer => layer.Channels),
            ["conv_kernel"] = List(layer => layer.Kernel),
            ["conv_pos_batch_norm"] = model.ConvPosBatchNorm,
            ["conv_stride"] = List(layer => layer.Stride),
            ["ctc_loss_reduction"] = "sum",
            ["ctc_zero_infinity"] = false,
            ["do_stable_layer_norm"] = model.LayerNormFirst,
            ["eos_token_id"] = 2,
            ["feat_extract_activation"] = "gelu",
            ["feat_extract_norm"] = model.ExtractorMode == "layer_norm" ? "layer" : "group",
            ["feat_proj_dropout"] = model.DropoutInput,
            ["feat_proj_layer_norm"] = model.FeatProjLayerNorm,
            ["final_dropout"] = 0.1,
            ["hidden_act"] = "gelu",
            ["hidden_dropout"] = model.Dropout,
            ["hidden_size"] = model.EncoderEmbedDim,
            ["initializer_range"] = 0.02,
            ["intermediate_size"] = model.EncoderFfnEmbedDim,
            ["layer_norm_eps"] = 1e-5,
            ["layerdrop"] = model.EncoderLayerdrop,
            ["mask_feature_length"] = 10,
            ["mask_feature_min_masks"] = 0,
            ["mask_feature_prob"] = 0.0,
            ["mask_time_length"] = 10,
            ["mask_time_min_masks"] = 2,
            ["mask_time_prob"] = 0.05,
            ["model_type"] = "hubert",
            ["num_attention_heads"] = model.EncoderAttentionHeads,
            ["num_conv_pos_embedding_groups"] = model.ConvPosGroups,
            ["num_conv_pos_embeddings"] = model.ConvPos,
            ["num_feat_extract_layers"] = model.ConvFeatureLayers.Count,
            ["num_hidden_layers"] = model.EncoderLayers,
            ["pad_token_id"] = portable.Ctc?.Blank ?? 0,
            ["torch_dtype"] = torchDType,
            ["use_weighted_layer_sum"] = false,
            ["vocab_size"] = portable.Ctc?.Tokens.Count ?? 32,
        };
        return json;
    }

    private void Must<T>(string key, T value, T fallback)
    {
        var found = _json[key] is { } node ? node.ToJsonString() : JsonSerializer.Serialize(fallback);
        if (found != JsonSerializer.Serialize(value))
            throw InteropFaults.Setting(_path, key, $"{value}", found);
    }

    private int Integer(string key, int fallback) => Get(key, fallback, "a whole number");

    private double Number(string key, double fallback) => Get(key, fallback, "a number");

    private bool Flag(string key, bool fallback) => Get(key, fallback, "true or false");

    private string Text(string key, string fallback) => Get(key, fallback, "text");

    private List<int> Integers(string key, IEnumerable<int> fallback) =>
        _json[key] is null ? [.. fallback]
            : _json[key] is JsonArray { Count: <= 64 } list && list.All(item => item is JsonValue v && v.TryGetValue<int>(out _))
                ? [.. list.Select(item => item!.GetValue<int>())]
                : throw InteropFaults.Setting(_path, key, "a list of whole numbers", PrintableJson(key));

    private T Get<T>(string key, T fallback, string expected)
    {
        if (_json[key] is null)
            return fallback;
        return _json[key] is JsonValue value && value.TryGetValue<T>(out var read)
            ? read
            : throw InteropFaults.Setting(_path, key, expected, PrintableJson(key));
    }

    private string PrintableJson(string key) => _json[key]!.ToJsonString();
}
