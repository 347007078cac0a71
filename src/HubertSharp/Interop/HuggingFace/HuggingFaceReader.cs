using System.Text.Json.Nodes;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Interop.Native;
using HubertSharp.Models;
using HubertSharp.Models.Ctc;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.PyTorch;
using HubertSharp.Runs.Transcripts;
using HubertSharp.Tensors;

namespace HubertSharp.Interop.HuggingFace;

/// <summary>
/// Reads a folder of transformers: HubertModel, HubertForCTC with its vocabulary, or another model with a HuBERT encoder.
/// </summary>
internal sealed class HuggingFaceReader
{
    public const string SafetensorsName = "model.safetensors", TorchName = "pytorch_model.bin", VocabularyName = "vocab.json";

    /// <summary>What transformers leaves out and we keep beside it: label embeddings and final projection, and every setting.</summary>
    public const string HeadName = "pretraining_head.safetensors", DescriptionName = "hubertsharp.json";

    /// <summary>What a folder of a model may hold of ours and theirs, beside <c>README.md</c>.</summary>
    public static IReadOnlyList<string> FileNames { get; } =
    [
        SafetensorsName, SafetensorsName + ".index.json", TorchName, TorchName + ".index.json", HeadName, DescriptionName, VocabularyName,
        HuggingFaceConfig.FileName, HuggingFaceConfig.PreprocessorFileName, HuggingFaceConfig.ProcessorFileName, "tokenizer_config.json",
        "special_tokens_map.json",
        NativeCtc.FileName,
    ];

    private const string Prefix = "hubert.";

    private readonly string _folder;
    private readonly Dictionary<string, SafetensorsTensor> _stored = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal); // which file each came from
    private readonly List<string> _notices = [];

    private HuggingFaceReader(string folder) => _folder = folder;

    /// <summary>The weights of a folder: one file, or the list of several.</summary>
    public static string? WeightsOf(string folder) =>
        new[] { SafetensorsName, SafetensorsName + ".index.json", TorchName, TorchName + ".index.json" }
            .Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <exception cref="Runs.UserException">Damaged, crafted, or no HuBERT.</exception>
    public static PortableModel Read(string folder) => new HuggingFaceReader(folder).Read();

    private PortableModel Read()
    {
        var config = HuggingFaceConfig.Read(At(HuggingFaceConfig.FileName));
        var weightsPath = WeightsOf(_folder) ?? throw InteropFaults.NoModel(_folder, "config.json without weights");
        Load(weightsPath);
        var model = config.Model();
        var prefix = _stored.Keys.Any(name => name.StartsWith(Prefix, StringComparison.Ordinal)) ? Prefix : "";
        var head = prefix.Length > 0 ? Ctc(config) : null;
        var description = new ModelDescription(model with { LabelRate = FrameRate(model) }, Task(), []);
        var kept = Kept(description);
        var weights = Rename(kept ?? description, prefix);
        return new PortableModel(ModelFormat.HuggingFace, _folder, kept ?? description, weights)
        {
            Ctc = head,
            Text = TextRules.Find(At(TextRules.FileName)),
            Notices = _notices,
        };
    }

    private string At(string name) => Path.Combine(_folder, name);

    /// <summary>Every tensor of the files, under transformers' names.</summary>
    private void Load(string path)
    {
        if (path.EndsWith(".index.json", StringComparison.Ordinal))
        {
            var names = (HuggingFaceConfig.ReadObject(path)["weight_map"] as JsonObject)?.Select(pair => pair.Value?.ToString() ?? "")
                .Distinct().ToList() ?? [];
            foreach (var name in names)
            {
                // a list of files may only name its neighbours
                if (name.Length == 0 || name != Path.GetFileName(name) || name.EndsWith(".json", StringComparison.Ordinal))
                    throw InteropFaults.Json(path, $"it names the file '{Runs.PrintableText.Of(name)}'");
                Load(At(name));
            }
        }
        else if (path.EndsWith(".safetensors", StringComparison.Ordinal))
        {
            foreach (var tensor in SafetensorsFile.Read(path).Tensors)
                Store(path, tensor.Name, tensor);
        }
        else
        {
            using var file = TorchFile.Open(path, []);
            foreach (var (key, value) in PlainValue.Map(file.Root)?.Pairs ?? throw InteropFaults.NoWeights(path))
            {
                if (key is string name && value is TorchTensor tensor)
                    Store(path, name, file.Read(name, tensor));
            }
        }
    }

    private void Store(string path, string name, SafetensorsTensor tensor) => (_stored[name], _files[name]) = (tensor, path);

    /// <summary>A tensor that becomes part of the model.</summary>
    private SafetensorsTensor Finite(string stored, SafetensorsTensor tensor) => StoredTensor.Finite(_files[stored], stored, tensor);

    private TaskConfig Task()
    {
        var (path, within) = (At(HuggingFaceConfig.PreprocessorFileName), At(HuggingFaceConfig.ProcessorFileName));
        var json = File.Exists(path) ? HuggingFaceConfig.ReadObject(path)
            : File.Exists(within) ? HuggingFaceConfig.ReadObject(within)["feature_extractor"] as JsonObject
            : null;
        if (json is null)
        {
            _notices.Add($"{_folder} has no {HuggingFaceConfig.PreprocessorFileName}: "
                + $"waveforms are not normalised, at {SamplingRate.Hz} Hz");
            return new TaskConfig();
        }
        path = File.Exists(path) ? path : within;
        if (json["sampling_rate"] is { } rate)
        {
            if (rate is not JsonValue value || !value.TryGetValue<double>(out var hertz))
                throw InteropFaults.Setting(path, "sampling_rate", "a number", rate.ToJsonString());
            if (hertz != SamplingRate.Hz)
                throw ModelFaults.OtherRate(path, $"{hertz} Hz");
        }
        // transformers' own default is to normalise
        return new TaskConfig
        {
            Normalize = json["do_normalize"] is not JsonValue flag || !flag.TryGetValue<bool>(out var normalise) || normalise,
        };
    }

    private static double FrameRate(ModelConfig model) =>
        (double)SamplingRate.Hz / model.ConvFeatureLayers.Aggregate(1L, (stride, layer) => stride * layer.Stride);

    /// <summary>The full description and the prediction head, where we wrote the folder.</summary>
    private ModelDescription? Kept(ModelDescription read)
    {
        if (!File.Exists(At(DescriptionName)))
            return null;
        var kept = ModelDescription.Read(At(DescriptionName));
        if (!HubertParameters.Of(kept.Model, []).Select(Key).SequenceEqual(HubertParameters.Of(read.Model, []).Select(Key)))
            throw InteropFaults.Setting(At(DescriptionName), "model", "the model of config.json", "another one");
        if (kept.Classes.Count > 0 && !File.Exists(At(HeadName)))
            return kept with { Classes = [] };
        if (kept.Classes.Count > 0)
        {
            foreach (var tensor in SafetensorsFile.Read(At(HeadName)).Tensors.Where(t => FairseqReader.IsPredictionHead(t.Name)))
                Store(At(HeadName), tensor.Name, tensor);
        }
        return kept;

        static string Key(ParameterSpec spec) => $"{spec.Name} {string.Join(' ', spec.Shape)}";
    }

    private Dictionary<string, SafetensorsTensor> Rename(ModelDescription description, string prefix)
    {
        var weights = new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
        var used = new HashSet<string>(StringComparer.Ordinal);
        bool Take(string name, string stored)
        {
            if (!_stored.TryGetValue(stored, out var tensor))
                return false;
            used.Add(stored);
            weights[name] = Finite(stored, tensor) with { Name = name };
            return true;
        }

        var model = description.Model;
        foreach (var name in HubertParameters.Of(model, description.Classes).Concat(HubertBuffers.Of(model)).Select(spec => spec.Name)
            .Append(HubertBuffers.Batches))
        {
            if (FairseqReader.IsPredictionHead(name))
                Take(name, name);
            else if (!Take(name, prefix + HuggingFaceNames.Of(name, legacyWeightNorm: false, model.ConvPosBatchNorm)))
                Take(name, prefix + HuggingFaceNames.Of(name, legacyWeightNorm: true, model.ConvPosBatchNorm));
        }
        if (!weights.ContainsKey("mask_emb")) // a model with mask_time_prob 0 has none
            weights["mask_emb"] = SafetensorsTensor.Create("mask_emb", [description.Model.EncoderEmbedDim],
                new float[description.Model.EncoderEmbedDim]);
        DropIdentity(description.Model, prefix, used);
        var others = _stored.Keys.Where(name => !used.Contains(name)
            && !name.StartsWith("lm_head.", StringComparison.Ordinal)
            && !FairseqReader.IsPredictionHead(name)).ToList();
        if (others.Find(name => name.StartsWith(prefix, StringComparison.Ordinal) && !DistillerCheckpoint.IsHead(name)) is { } unknown)
            throw TensorFaults.UnknownTensor(_folder, Runs.PrintableText.Of(unknown));
        if (others.Count > 0)
            _notices.Add($"{_folder}: {others.Count} tensors beside the encoder are left out ({Runs.PrintableText.Of(others[0])}, ...)");
        return weights;
    }

    /// <summary>
    /// transformers always projects; fairseq only where widths differ. Between equal widths the identity is the same model.
    /// </summary>
    private void DropIdentity(ModelConfig model, string prefix, HashSet<string> used)
    {
        var width = model.EncoderEmbedDim;
        string weight = prefix + "feature_projection.projection.weight", bias = prefix + "feature_projection.projection.bias";
        if (model.ConvFeatureLayers[^1].Channels != width
            || !_stored.TryGetValue(weight, out var matrix)
            || !_stored.TryGetValue(bias, out var offset))
            return;
        var values = matrix.Count == (long)width * width ? matrix.ToSingles() : [];
        if (values.Length == 0
            || offset.ToSingles().Any(b => b != 0)
            || values.Where((v, i) => v != (i / width == i % width ? 1 : 0)).Any())
            throw InteropFaults.Setting(At(HuggingFaceConfig.FileName), "hidden_size",
                "a width other than the last of conv_dim, where there is a projection", $"{width}");
        used.Add(weight);
        used.Add(bias);
    }

    private CtcHead? Ctc(HuggingFaceConfig config)
    {
        if (!_stored.TryGetValue("lm_head.weight", out var weight) || !_stored.TryGetValue("lm_head.bias", out var bias))
            return null;
        if (weight.Shape is not [> 0 and <= 1 << 20, > 0] || !bias.Shape.SequenceEqual([weight.Shape[0]]))
            throw InteropFaults.CtcLayout(_folder, $"weight [{string.Join(", ", weight.Shape)}], bias [{string.Join(", ", bias.Shape)}]");
        var tokens = new string?[weight.Shape[0]];
        if (File.Exists(At(VocabularyName)))
        {
            foreach (var (token, id) in HuggingFaceConfig.ReadObject(At(VocabularyName)))
            {
                if (id is not JsonValue value || !value.TryGetValue<int>(out var index) || index < 0)
                    throw InteropFaults.Json(At(VocabularyName), $"token '{Runs.PrintableText.Of(token)}' has no number");
                if (index < tokens.Length)
                    tokens[index] = token;
            }
        }
        else
        {
            _notices.Add($"{_folder} has no {VocabularyName}: its {tokens.Length} output tokens are numbered");
        }
        if (config.PadTokenId < 0 || config.PadTokenId >= tokens.Length)
            throw InteropFaults.CtcLayout(_folder, $"pad_token_id {config.PadTokenId} of {tokens.Length} outputs");
        return new CtcHead(Finite(weight.Name, weight) with { Name = "weight" }, Finite(bias.Name, bias) with { Name = "bias" },
            [.. tokens.Select((token, i) => token ?? (i == config.PadTokenId ? "<pad>" : $"<{i}>"))], config.PadTokenId);
    }
}
