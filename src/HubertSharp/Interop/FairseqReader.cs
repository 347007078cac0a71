using HubertSharp.Models;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.Pickle;
using HubertSharp.Runs.PyTorch;

namespace HubertSharp.Interop;

/// <summary>
/// Reads HuBERT checkpoints of fairseq, pre-trained or fine-tuned with CTC: as released, after <c>update_ckpt.py</c>, in the older
/// flat form, in half precision, and as s3prl rewrites them. No file that their settings name is ever looked for.
/// </summary>
internal sealed class FairseqReader
{
    private const string CtcPrefix = "w2v_encoder.w2v_model.", CtcHeadPrefix = "w2v_encoder.proj.";

    /// <summary>A model has one per label set, at most 64.</summary>
    private const int MostDictionaries = 256;

    private readonly TorchFile _file;
    private readonly List<string> _notices = [];
    private long _bytesRead;

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
        var pretrained = reader.Pretrained(out _, out _);
        var description = new ModelDescription(pretrained.Model(), pretrained.Task(), []);
        description.CheckSizes(path);
        return description;
    }

    private FairseqSettings Pretrained(out Dictionary<string, TorchTensor> tensors, out bool isCtc)
    {
        var settings = Settings();
        tensors = Tensors();
        isCtc = tensors.Keys.Any(name => name.StartsWith(CtcPrefix, StringComparison.Ordinal));
        if (settings.ModelName is not ("hubert" or "hubert_ctc" or "contentvec") && !settings.ModelName.StartsWith("hubert_base", StringComparison.Ordinal))
            throw InteropFaults.OtherModel(_file.Path, settings.ModelName);
        return isCtc ? settings.Pretrained ?? throw InteropFaults.NoSettings(_file.Path) : settings;
    }

    private PortableModel Read(bool withTraining)
    {
        var pretrained = Pretrained(out var tensors, out var isCtc);
        var (model, task) = (pretrained.Model(), pretrained.Task());
        var head = isCtc ? Ctc(tensors) : null;
        var weights = Canonical(tensors, headless: isCtc);
        var (classes, dictionaries) = isCtc ? ([], null) : Classes(weights, task);
        if (model.LabelRate <= 0)
            model = model with { LabelRate = task.LabelRate };
        return new PortableModel(ModelFormat.Fairseq, _file.Path, new ModelDescription(model, task, classes), weights)
        {
            Dictionaries = dictionaries,
            Ctc = head,
            Training = Training(withTraining && !isCtc ? HubertParameters.Of(model, classes) : null),
            Notices = _notices,
        };
    }

    private FairseqSettings Settings()
    {
        var path = _file.Path;
        object? Item(string key) => PlainValue.Item(_file.Root, key);

        if (Item("model_cfg") is { } model && Item("task_cfg") is { } task) // s3prl
        {
            return FairseqSettings.Of(path, PlainValue.Of(path, model) as Dictionary<string, object?> ?? [], PlainValue.Of(path, task) as Dictionary<string, object?> ?? []);
        }
        return FairseqSettings.Of(path, PlainValue.Of(path, Item("args"))) // the older form goes first, as in fairseq
            ?? FairseqSettings.Of(path, PlainValue.Of(path, Item("cfg")))
            ?? throw InteropFaults.NoSettings(path);
    }

    private Dictionary<string, TorchTensor> Tensors()
    {
        var tensors = new Dictionary<string, TorchTensor>(StringComparer.Ordinal);
        foreach (var (key, value) in PlainValue.Map(PlainValue.Item(_file.Root, "model") ?? PlainValue.Item(_file.Root, "model_weight"))?.Pairs ?? [])
        {
            if (key is string name && value is TorchTensor tensor)
                tensors[name] = tensor;
        }
        return tensors.Count > 0 ? tensors : throw InteropFaults.NoWeights(_file.Path);
    }

    /// <summary>The weights under today's names.</summary>
    private Dictionary<string, SafetensorsTensor> Canonical(Dictionary<string, TorchTensor> tensors, bool headless)
    {
        var weights = new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
        var hasEmbeddings = tensors.ContainsKey("label_embs_concat") || tensors.ContainsKey("label_embs");
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
            weights[canonical] = Load(canonical, tensor);
        }
        return weights;
    }

    internal static bool IsPredictionHead(string name) =>
        name is "label_embs" or "label_embs_concat" || name.StartsWith("final_proj.", StringComparison.Ordinal) || name.StartsWith("target_glu.", StringComparison.Ordinal);

    /// <remarks>Many tensors may name one storage: what is read in all stays within the file's size.</remarks>
    private SafetensorsTensor Load(string name, TorchTensor tensor)
    {
        _bytesRead += tensor.Count * tensor.Storage.ElementBytes;
        return _bytesRead <= _file.Length ? _file.Read(name, tensor) : throw InteropFaults.SharedStorages(_file.Path);
    }

    private CtcHead? Ctc(Dictionary<string, TorchTensor> tensors)
    {
        if (!tensors.TryGetValue(CtcHeadPrefix + "weight", out var weight) || !tensors.TryGetValue(CtcHeadPrefix + "bias", out var bias))
            return null;
        if (weight.Shape is not [> 0 and <= 1 << 20, > 0] || !bias.Shape.SequenceEqual([weight.Shape[0]]))
            throw InteropFaults.CtcLayout(_file.Path, $"weight [{string.Join(", ", weight.Shape)}], bias [{string.Join(", ", bias.Shape)}]");
        var outputs = (int)weight.Shape[0];
        var symbols = Dictionaries().FirstOrDefault(d => d.Count == outputs) ?? BesideFile(["ltr"], outputs)?[0];
        if (symbols is null)
        {
            _notices.Add($"{_file.Path} does not name its {outputs} output tokens and there is no dict.ltr.txt beside it: they are numbered");
            symbols = [.. new LabelDictionary([]).Symbols, .. Enumerable.Range(4, Math.Max(0, outputs - 4)).Select(i => $"{i}")];
        }
        return new CtcHead(Load("weight", weight), Load("bias", bias), CtcTokens.FromFairseq(symbols), Blank: 0);
    }

    /// <summary>How the rows of the label embeddings divide over the label sets.</summary>
    private (IReadOnlyList<int> Classes, IReadOnlyList<IReadOnlyList<string>>? Dictionaries) Classes(Dictionary<string, SafetensorsTensor> weights, TaskConfig task)
    {
        if (!weights.TryGetValue("label_embs_concat", out var embeddings) || embeddings.Shape is not [> 0 and <= 10_000_000, _])
            return ([], null);
        var rows = (int)embeddings.Shape[0];
        var sets = Math.Max(1, task.Labels.Count);
        var stored = Dictionaries();
        if (stored.Count == sets && stored.Sum(d => d.Count) == rows)
            return ([.. stored.Select(d => d.Count)], stored);
        if (BesideFile(task.Labels, rows) is { } beside)
            return ([.. beside.Select(d => d.Count)], beside);
        if (sets == 1 || sets > rows)
            return ([rows], null);
        var each = rows / sets;
        int[] guess = [.. Enumerable.Repeat(each, sets - 1), rows - (each * (sets - 1))];
        _notices.Add($"{_file.Path} does not say how its {rows} classes divide over {sets} label sets: taken as {string.Join(" + ", guess)}; put {string.Join(" and ", task.Labels.Select(l => $"dict.{l}.txt"))} beside it");
        return (guess, null);
    }

    /// <summary>The dictionaries in <c>task_state</c>: one, a list, or by label.</summary>
    private List<IReadOnlyList<string>> Dictionaries()
    {
        var found = new List<IReadOnlyList<string>>();
        var looked = 0;
        void Take(object? value, int depth)
        {
            if (++looked > MostDictionaries)
                return;
            if (value is PickleObject { Type.Name: "Dictionary" } made && PlainValue.Fields(made)?["symbols"] is List<object?> symbols && symbols.All(s => s is string))
                found.Add([.. symbols.Cast<string>()]);
            else if (value is List<object?> list && depth < 4 && list.Count > 0 && list.All(item => item is string)) // s3prl's plain symbols
                found.Add([.. list.Cast<string>()]);
            else if (value is List<object?> several && depth < 4)
                several.Take(MostDictionaries).ToList().ForEach(item => Take(item, depth + 1));
            else if (depth < 4 && PlainValue.Map(value) is { } map)
                map.Pairs.Take(MostDictionaries).ToList().ForEach(pair => Take(pair.Value, depth + 1));
        }

        Take(PlainValue.Item(_file.Root, "task_state") ?? PlainValue.Item(_file.Root, "dictionaries_symbols"), 0);
        return found;
    }

    private List<IReadOnlyList<string>>? BesideFile(IReadOnlyList<string> labels, int rows)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(_file.Path))!;
        var paths = labels.Where(label => label == System.IO.Path.GetFileName(label)).Select(label => System.IO.Path.Combine(folder, $"dict.{label}.txt")).ToList();
        if (paths.Count != labels.Count || !paths.TrueForAll(File.Exists))
            return null;
        var dictionaries = paths.ConvertAll(path => LabelDictionary.Read(path).Symbols);
        return dictionaries.Sum(d => d.Count) == rows ? dictionaries : null;
    }

    private TrainingState? Training(List<ParameterSpec>? specs)
    {
        var history = PlainValue.Item(_file.Root, "optimizer_history") as List<object?>;
        if (PlainValue.Item(history?.LastOrDefault(), "num_updates") is not long updates)
            return null;
        return specs is null ? new TrainingState(updates, null, updates) : Moments(specs, updates);
    }

    private TrainingState Moments(List<ParameterSpec> specs, long updates)
    {
        var none = new TrainingState(updates, null, updates);
        var state = PlainValue.Map(PlainValue.Item(PlainValue.Item(_file.Root, "last_optimizer_state"), "state"))?.Pairs;
        if (state is null or { Count: 0 })
            return none;
        var averages = new Dictionary<string, (SafetensorsTensor, SafetensorsTensor)>(StringComparer.Ordinal);
        var steps = Steps(state[0].Value) ?? updates;
        _bytesRead = 0; // the averages are counted anew: they are twice the weights
        // by number in the order of model.parameters(), or, as half precision trains, one flat vector of all
        if (state.Count == 1 && Pair(state[0].Value) is var (allFirst, allSecond) && allFirst.Count == specs.Sum(s => s.Count) && allSecond.Count == allFirst.Count)
        {
            var (first, second) = (Load("exp_avg", allFirst), Load("exp_avg_sq", allSecond));
            var offset = 0L;
            foreach (var spec in specs)
            {
                averages[spec.Name] = (Part(first, spec, offset), Part(second, spec, offset));
                offset += spec.Count;
            }
            return new TrainingState(updates, averages, steps);
        }
        var skips = new List<long>();
        var byIndex = state.Where(s => s.Key is long).GroupBy(s => (long)s.Key!).ToDictionary(g => g.Key, g => g.Last().Value);
        for (var i = 0; i < specs.Count; i++)
        {
            if (!byIndex.TryGetValue(i, out var entry) || Pair(entry) is not var (first, second)
                || !first.Shape.SequenceEqual(specs[i].Shape) || !second.Shape.SequenceEqual(specs[i].Shape))
            {
                _notices.Add($"{_file.Path}: the optimizer's state has another layout than the model: it starts anew");
                return none;
            }
            if (specs[i].Name.EndsWith("self_attn.k_proj.weight", StringComparison.Ordinal)) // a layer's first, which layer drop may have left out
                skips.Add(Math.Max(0, steps - (Steps(entry) ?? steps)));
            averages[specs[i].Name] = (Load("exp_avg", first), Load("exp_avg_sq", second));
        }
        return new TrainingState(updates, averages, steps) { LayerSkips = skips };
    }

    private static long? Steps(object? entry) => PlainValue.Item(entry, "step") switch
    {
        long steps => steps,
        double steps => (long)steps,
        _ => null,
    };

    private static (TorchTensor First, TorchTensor Second)? Pair(object? entry) =>
        PlainValue.Item(entry, "exp_avg") is TorchTensor first && PlainValue.Item(entry, "exp_avg_sq") is TorchTensor second ? (first, second) : null;

    private static SafetensorsTensor Part(SafetensorsTensor flat, ParameterSpec spec, long offset)
    {
        var size = flat.Bytes.Length / (int)flat.Count;
        return new SafetensorsTensor(spec.Name, flat.DType, spec.Shape, flat.Bytes.Slice((int)(offset * size), (int)(spec.Count * size)));
    }
}
