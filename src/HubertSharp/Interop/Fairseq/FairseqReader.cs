using HubertSharp.Models;
using HubertSharp.Models.Ctc;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.PyTorch;
using HubertSharp.Tensors;

namespace HubertSharp.Interop.Fairseq;

/// <summary>
/// Reads HuBERT checkpoints of fairseq, pre-trained or fine-tuned with CTC: as released, after <c>update_ckpt.py</c>, in the older
/// flat form, in half precision, and as s3prl rewrites them. No file is ever looked for where their settings name it.
/// </summary>
internal sealed class FairseqReader
{
    private const string CtcPrefix = "w2v_encoder.w2v_model.", CtcHeadPrefix = "w2v_encoder.proj.";

    private readonly TorchFile _file;
    private readonly List<string> _notices = [];

    private FairseqReader(TorchFile file) => _file = file;

    /// <param name="path">The <c>.pt</c>.</param>
    /// <param name="withTraining">Read Adam's averages too: twice the weights again.</param>
    /// <exception cref="Runs.UserException">Damaged, crafted, or no HuBERT.</exception>
    public static PortableModel Read(string path, bool withTraining = false)
    {
        using var file = TorchFile.Open(path, FairseqClasses.Names);
        return new FairseqReader(file).Read(withTraining);
    }

    /// <summary>The settings alone, without classes.</summary>
    public static ModelDescription Describe(string path)
    {
        using var file = TorchFile.Open(path, FairseqClasses.Names);
        var reader = new FairseqReader(file);
        var pretrained = reader.Pretrained(out var tensors, out _);
        var description = new ModelDescription(WithNorm(pretrained.Model(), tensors.Keys), pretrained.Task(), []);
        description.CheckSizes(path);
        return description;
    }

    private FairseqSettings Pretrained(out Dictionary<string, TorchTensor> tensors, out bool isCtc)
    {
        if (DistillerCheckpoint.Settings(_file) is { } distilled)
        {
            (tensors, isCtc) = (DistillerCheckpoint.Tensors(_file, _notices), false);
            return distilled;
        }
        var settings = Settings();
        tensors = Tensors();
        isCtc = tensors.Keys.Any(name => name.StartsWith(CtcPrefix, StringComparison.Ordinal));
        if (settings.ModelName is not ("hubert" or "hubert_ctc" or "contentvec")
            && !settings.ModelName.StartsWith("hubert_base", StringComparison.Ordinal))
            throw InteropFaults.OtherModel(_file.Path, settings.ModelName);
        return isCtc ? settings.Pretrained ?? PretrainedBeside(settings) : settings;
    }

    /// <summary>
    /// Today's fairseq leaves <c>w2v_args</c> empty when it fine-tunes: front end and heads are told by the pre-trained file alone, which
    /// is looked for beside this one, and nowhere else.
    /// </summary>
    private FairseqSettings PretrainedBeside(FairseqSettings settings)
    {
        if (settings.PretrainedName is not { } name)
            throw InteropFaults.NoSettings(_file.Path);
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_file.Path))!, name);
        if (!File.Exists(path) || path == Path.GetFullPath(_file.Path))
            throw InteropFaults.NoPretrained(_file.Path, name);
        using var file = TorchFile.Open(path, FairseqClasses.Names);
        return new FairseqReader(file).Settings();
    }

    private PortableModel Read(bool withTraining)
    {
        var pretrained = Pretrained(out var tensors, out var isCtc);
        var (model, task) = (pretrained.Model(), pretrained.Task());
        var head = isCtc ? Ctc(tensors) : null;
        var weights = Canonical(tensors, headless: isCtc, model.EncoderEmbedDim);
        model = WithNorm(model, weights.Keys);
        var (classes, dictionaries) = isCtc ? ([], null) : Classes(weights, task);
        if (model.LabelRate <= 0)
            model = model with { LabelRate = task.LabelRate };
        return new PortableModel(ModelFormat.Fairseq, _file.Path, new ModelDescription(model, task, classes), weights)
        {
            Dictionaries = dictionaries,
            Ctc = head,
            Training = FairseqTraining.Read(_file, withTraining && !isCtc ? HubertParameters.Of(model, classes) : null, _notices),
            Notices = _notices,
        };
    }

    /// <summary>The key of the batch norm is younger than models that have one.</summary>
    private static ModelConfig WithNorm(ModelConfig model, IEnumerable<string> tensors) =>
        model with { ConvPosBatchNorm = tensors.Any(name => name.EndsWith(HubertBuffers.Mean, StringComparison.Ordinal)) };

    private FairseqSettings Settings()
    {
        var path = _file.Path;
        object? Item(string key) => PlainValue.Item(_file.Root, key);

        if (Item("model_cfg") is { } model && Item("task_cfg") is { } task) // s3prl
        {
            return FairseqSettings.Of(path, PlainValue.Of(path, model) as Dictionary<string, object?> ?? [],
                PlainValue.Of(path, task) as Dictionary<string, object?> ?? []);
        }
        return FairseqSettings.Of(path, PlainValue.Of(path, Item("args"))) // the older form goes first, as in fairseq
            ?? FairseqSettings.Of(path, PlainValue.Of(path, Item("cfg")))
            ?? throw (TokenizerMark.IsRoot(_file.Root) ? InteropFaults.IsTokenizer(path) : InteropFaults.NoSettings(path));
    }

    private Dictionary<string, TorchTensor> Tensors()
    {
        var tensors = new Dictionary<string, TorchTensor>(StringComparer.Ordinal);
        foreach (var (key, value) in PlainValue.Map(PlainValue.Item(_file.Root, "model") ?? PlainValue.Item(_file.Root, "model_weight"))
            ?.Pairs ?? [])
        {
            if (key is string name && value is TorchTensor tensor)
                tensors[name] = tensor;
        }
        return tensors.Count > 0 ? tensors : throw InteropFaults.NoWeights(_file.Path);
    }

    /// <summary>The weights under today's names.</summary>
    private Dictionary<string, SafetensorsTensor> Canonical(Dictionary<string, TorchTensor> tensors, bool headless, int width)
    {
        var weights = new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
        var hasEmbeddings = tensors.ContainsKey("label_embs_concat") || tensors.ContainsKey("label_embs");
        if (!tensors.ContainsKey("mask_emb") && DistillerCheckpoint.IsOne(_file))
            weights["mask_emb"] = SafetensorsTensor.Create("mask_emb", [width], new float[width]); // a distilled model has no masks
        if (!headless && !hasEmbeddings)
            _notices.Add($"{_file.Path} has no label embeddings: it can be used and fine-tuned; pre-training goes on with new ones");
        foreach (var (name, tensor) in tensors)
        {
            var inner = name.StartsWith(CtcPrefix, StringComparison.Ordinal) ? name[CtcPrefix.Length..] : headless ? null : name;
            if (inner is null || ((headless || !hasEmbeddings) && IsPredictionHead(inner)))
                continue;
            var canonical = inner switch
            {
                "label_embs" => "label_embs_concat", // before update_ckpt.py
                "encoder.pos_conv.0.parametrizations.weight.original0" => "encoder.pos_conv.0.weight_g",
                "encoder.pos_conv.0.parametrizations.weight.original1" => "encoder.pos_conv.0.weight_v",
                _ => inner,
            };
            weights[canonical] = StoredTensor.Finite(_file.Path, name, _file.Read(canonical, tensor));
        }
        return weights;
    }

    internal static bool IsPredictionHead(string name) =>
        name is "label_embs" or "label_embs_concat"
        || name.StartsWith("final_proj.", StringComparison.Ordinal)
        || name.StartsWith("target_glu.", StringComparison.Ordinal)
        || name.StartsWith(HubertParameters.MiddleHeads, StringComparison.Ordinal);

    private CtcHead? Ctc(Dictionary<string, TorchTensor> tensors)
    {
        if (!tensors.TryGetValue(CtcHeadPrefix + "weight", out var weight) || !tensors.TryGetValue(CtcHeadPrefix + "bias", out var bias))
            return null;
        if (weight.Shape is not [> 0 and <= 1 << 20, > 0] || !bias.Shape.SequenceEqual([weight.Shape[0]]))
            throw InteropFaults.CtcLayout(_file.Path,
                $"weight [{string.Join(", ", weight.Shape)}], bias [{string.Join(", ", bias.Shape)}]");
        var outputs = (int)weight.Shape[0];
        var symbols = FairseqDictionaries.Inside(_file).Find(d => d.Count == outputs)
            ?? FairseqDictionaries.Beside(_file.Path, [FairseqCfg.CtcLabel], outputs)?[0];
        if (symbols is null)
        {
            _notices.Add(
                $"{_file.Path} does not name its {outputs} output tokens and there is no dict.ltr.txt beside it: they are numbered");
            symbols = [.. new LabelDictionary([]).Symbols, .. Enumerable.Range(4, Math.Max(0, outputs - 4)).Select(i => $"{i}")];
        }
        return new CtcHead(
            StoredTensor.Finite(_file.Path, CtcHeadPrefix + "weight", _file.Read("weight", weight)),
            StoredTensor.Finite(_file.Path, CtcHeadPrefix + "bias", _file.Read("bias", bias)),
            CtcTokens.FromFairseq(symbols), Blank: 0);
    }

    /// <summary>How the rows of the label embeddings divide over the label sets.</summary>
    private (IReadOnlyList<int> Classes, IReadOnlyList<IReadOnlyList<string>>? Dictionaries) Classes(
        Dictionary<string, SafetensorsTensor> weights, TaskConfig task)
    {
        if (!weights.TryGetValue("label_embs_concat", out var embeddings) || embeddings.Shape is not [> 0 and <= 10_000_000, _])
            return ([], null);
        var rows = (int)embeddings.Shape[0];
        var sets = Math.Max(1, task.Labels.Count);
        var stored = FairseqDictionaries.Inside(_file);
        if (stored.Count == sets && stored.Sum(d => d.Count) == rows)
            return ([.. stored.Select(d => d.Count)], stored);
        if (FairseqDictionaries.Beside(_file.Path, task.Labels, rows) is { } beside)
            return ([.. beside.Select(d => d.Count)], beside);
        if (sets == 1 || sets > rows)
            return ([rows], null);
        var each = rows / sets;
        int[] guess = [.. Enumerable.Repeat(each, sets - 1), rows - (each * (sets - 1))];
        _notices.Add(
            $"{_file.Path} does not say how its {rows} classes divide over {sets} label sets: taken as {string.Join(" + ", guess)}; "
            + $"put {string.Join(" and ", task.Labels.Select(l => $"dict.{l}.txt"))} beside it");
        return (guess, null);
    }
}
