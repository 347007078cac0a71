using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Models;
using HubertSharp.Models.Ctc;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.PyTorch;
using HubertSharp.Runs.Transcripts;

namespace HubertSharp.Interop.HuggingFace;

/// <summary>
/// Writes a folder that transformers' <c>from_pretrained</c> loads: HubertModel, or HubertForCTC with its tokenizer. What transformers has
/// no place for (label embeddings, final projection, settings of pre-training) lies beside in files of ours, which it passes over.
/// </summary>
internal static class HuggingFaceWriter
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="folder">Made when it is missing.</param>
    /// <param name="portable">The model.</param>
    /// <param name="legacyWeightNorm">Name the positional convolution's weights as transformers did before torch 2.1; all versions load
    /// them.</param>
    /// <param name="torchFile">Write <c>pytorch_model.bin</c> instead of <c>model.safetensors</c>.</param>
    /// <exception cref="UserException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string folder, PortableModel portable, bool legacyWeightNorm = false, bool torchFile = false)
    {
        var description = portable.Description;
        if (description.Model.Frontend != Frontends.Waveform)
            throw InteropFaults.NoSuchKey(portable.Path, "transformers", "frontend", description.Model.Frontend, "'native' or 'onnx'");
        var prefix = portable.Ctc is null ? "" : "hubert.";
        var tensors = portable.Weights.Concat(portable.Buffers)
            .Where(weight => !FairseqReader.IsPredictionHead(weight.Key))
            .Select(weight => weight.Value with
            {
                Name = prefix + HuggingFaceNames.Of(weight.Key, legacyWeightNorm, description.Model.ConvPosBatchNorm),
            })
            .Concat(Identity(description.Model, prefix, portable.Weights["encoder.layer_norm.weight"].DType))
            .ToList();
        if (portable.Ctc is { } head)
            tensors.AddRange([head.Weight with { Name = "lm_head.weight" }, head.Bias with { Name = "lm_head.bias" }]);
        Directory.CreateDirectory(folder);
        if (torchFile)
            TorchWriter.Write(Path.Combine(folder, HuggingFaceReader.TorchName),
                new OrderedDictionary<string, object?>(tensors.Select(t => KeyValuePair.Create(t.Name, (object?)t))));
        else
            SafetensorsFile.Write(Path.Combine(folder, HuggingFaceReader.SafetensorsName), tensors,
                new Dictionary<string, string> { ["format"] = "pt" });
        WriteJson(folder, HuggingFaceConfig.FileName, HuggingFaceConfig.Of(portable, TorchType(tensors)));
        WriteJson(folder, HuggingFaceConfig.PreprocessorFileName, Preprocessor(description));
        if (portable.Ctc is not null)
            WriteTokenizer(folder, portable.Ctc, description);
        portable.Text?.Write(Path.Combine(folder, TextRules.FileName));
        description.WithoutPlaces().Write(Path.Combine(folder, HuggingFaceReader.DescriptionName));
        if (portable.HasPredictionHead)
            SafetensorsFile.Write(Path.Combine(folder, HuggingFaceReader.HeadName),
                portable.Weights.Where(w => FairseqReader.IsPredictionHead(w.Key)).Select(w => w.Value));
    }

    private static string TorchType(List<SafetensorsTensor> tensors) => tensors.GroupBy(t => t.DType).MaxBy(g => g.Count())!.Key switch
    {
        "F16" => "float16",
        "BF16" => "bfloat16",
        "F64" => "float64",
        _ => "float32",
    };

    private static JsonObject Preprocessor(ModelDescription description) => new()
    {
        ["do_normalize"] = description.Task.Normalize,
        ["feature_extractor_type"] = "Wav2Vec2FeatureExtractor",
        ["feature_size"] = 1,
        ["padding_side"] = "right",
        ["padding_value"] = 0.0,
        ["return_attention_mask"] = description.Model.ExtractorMode == "layer_norm", // the group norm sees padding whatever the mask says
        ["sampling_rate"] = description.Task.SampleRate,
    };

    private static void WriteTokenizer(string folder, CtcHead head, ModelDescription description)
    {
        var vocabulary = new JsonObject();
        for (var i = 0; i < head.Tokens.Count; i++)
            vocabulary[head.Tokens[i]] = i;
        WriteJson(folder, HuggingFaceReader.VocabularyName, vocabulary);
        WriteJson(folder, "special_tokens_map.json", new JsonObject
        {
            ["bos_token"] = "<s>",
            ["eos_token"] = "</s>",
            ["pad_token"] = head.Tokens[head.Blank],
            ["unk_token"] = "<unk>",
        });
        WriteJson(folder, "tokenizer_config.json", new JsonObject
        {
            ["bos_token"] = "<s>",
            ["do_lower_case"] = false,
            ["eos_token"] = "</s>",
            ["pad_token"] = head.Tokens[head.Blank],
            ["processor_class"] = "Wav2Vec2Processor",
            ["return_attention_mask"] = description.Model.ExtractorMode == "layer_norm",
            ["tokenizer_class"] = "Wav2Vec2CTCTokenizer",
            ["unk_token"] = "<unk>",
            ["word_delimiter_token"] = CtcHead.WordDelimiter,
        });
    }

    /// <summary>transformers always projects from the front end's width to the encoder's; fairseq only where they differ.</summary>
    private static IEnumerable<SafetensorsTensor> Identity(ModelConfig model, string prefix, string dtype)
    {
        var width = model.EncoderEmbedDim;
        if (model.ConvFeatureLayers[^1].Channels != width)
            return [];
        var size = TorchStorage.BytesOf(dtype);
        var (matrix, one) = (new byte[(long)width * width * size], One(dtype));
        for (var i = 0; i < width; i++)
            one.CopyTo(matrix, ((i * width) + i) * size);
        return
        [
            new SafetensorsTensor(prefix + "feature_projection.projection.weight", dtype, [width, width], matrix),
            new SafetensorsTensor(prefix + "feature_projection.projection.bias", dtype, [width], new byte[width * size]),
        ];
    }

    private static byte[] One(string dtype) => dtype switch
    {
        "F16" => BitConverter.GetBytes((Half)1),
        "BF16" => BitConverter.GetBytes((ushort)0x3f80),
        "F64" => BitConverter.GetBytes(1.0),
        _ => BitConverter.GetBytes(1f),
    };

    private static void WriteJson(string folder, string name, JsonObject json) =>
        AtomicFile.WriteAllText(Path.Combine(folder, name), json.ToJsonString(s_json) + "\n");
}
