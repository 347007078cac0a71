using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Transcripts;
using HubertSharp.Runs.Yaml;

namespace HubertSharp.Runs.Recipes;

/// <summary>Turns YAML and overrides into a <see cref="Recipe"/>; all faults are gathered and reported once.</summary>
internal sealed class RecipeReader
{
    /// <summary>What the pipeline gives each configuration by itself.</summary>
    private static readonly string[] ReservedKeys =
        ["task.data", "task.label_dir", "task.labels", "task.label_rate", "model.label_rate", "model.w2v_path", "checkpoint.save_dir"];

    /// <summary>What of an evaluation is about layers and checkpoints of a pre-training.</summary>
    private static readonly string[] s_ofLayers = ["layers", "clusters", "every", "probe", "curve_probe", "finetune_updates"];

    private const int LongestName = 80;

    private readonly RecipeSources _sources;
    private readonly string? _folder;
    private double _framesPerSecond = 50; // of the iteration before

    private RecipeReader(RecipeSources sources, string? folder) => (_sources, _folder) = (sources, folder);

    public static Recipe Read(YamlNode document, string name, string? folder, IEnumerable<string> overrides) =>
        new RecipeReader(new RecipeSources(document, name, overrides), folder).Read(name);

    private Recipe Read(string name)
    {
        var (top, evaluation, faults) = (_sources.Top, _sources.Evaluation, _sources.Faults);
        var start = top.Has("start") ? top.Text("start", "start=runs/small-cpu") : null;
        var recipe = new Recipe
        {
            Name = Name(top),
            Corpus = Place(top.Text("corpus", start is not null && !top.Has("corpus") ? null : top.Has("corpus") ? "corpus=DIR"
                : "corpus: DIR"), isFolder: true),
            Start = start is null ? null : Place(start, isFolder: true),
            Seed = top.Number("seed", 1337, 0, int.MaxValue),
            Iterations = [.. _sources.Iterations.Select(Iteration)],
            Evaluation = new RecipeEvaluation
            {
                Reference = evaluation.Text("reference", null) is { Length: > 0 } given
                    ? given is "auto" or "none" ? given : Place(given, isFolder: false)
                    : "auto",
                Layers = evaluation.Layers("layers"),
                Clusters = (int)evaluation.Number("clusters", 100, 2, 100_000),
                Every = (int)evaluation.Number("every", 0, 0, int.MaxValue),
                Probe = evaluation.Bool("probe", true),
                CurveProbe = evaluation.Bool("curve_probe", true),
                FinetuneUpdates = (int)evaluation.Number("finetune_updates", 0, 0, int.MaxValue),
            },
            Finetuning = _sources.HasFinetuning ? Finetuning(_sources.Finetuning) : null,
            Tokenizers = _sources.HasTokenizers ? RecipeTokenizers.Read(_sources.Tokenizers, faults, text => Place(text, isFolder: false))
                : null,
        };
        if (start is not null)
            CheckStarted(start);
        else if (_sources.Iterations.Count == 0)
            faults.Add(RecipeFaults.Missing(name, "iterations",
                "iterations: [{features: mfcc, clusters: 100, config: hubert_small_cpu}]"));
        CheckConfigurations(recipe);
        if (recipe.Evaluation.FinetuneUpdates > 0 && (recipe.Finetuning is null || recipe.Evaluation.Every == 0))
            faults.Add(RecipeFaults.Value(evaluation.Where("finetune_updates"), "finetune_updates",
                recipe.Finetuning is null ? "0, or a part 'finetune' that says what is learnt"
                    : "0, or 'every' that says which checkpoints are kept", $"{recipe.Evaluation.FinetuneUpdates}"));
        foreach (var (before, here, settings) in recipe.Iterations.Zip(recipe.Iterations.Skip(1), _sources.Iterations.Skip(1)))
            CheckStart(before, here, settings);
        return faults.Count == 0 ? recipe : throw RecipeFaults.All(faults);
    }

    /// <summary>A pipeline that goes on from another one trains and evaluates no HuBERT of its own.</summary>
    private void CheckStarted(string start)
    {
        if (_sources.Iterations.Count > 0)
            _sources.Faults.Add(RecipeFaults.Value(_sources.Top.Where("start"), "start", "none beside 'iterations'", $"'{start}'"));
        if (!_sources.HasTokenizers && !_sources.HasFinetuning)
            _sources.Faults.Add(RecipeFaults.Value(_sources.Top.Where("start"), "start",
                "a part 'tokenizers' or 'finetune' that goes on from it", "neither"));
        foreach (var key in s_ofLayers.Where(_sources.Evaluation.Has))
            _sources.Faults.Add(RecipeFaults.Value(_sources.Evaluation.Where(key), key, "none, because 'start' was evaluated", "a value"));
    }

    /// <summary>
    /// The faults of the configurations join those of the recipe, so that one message has them all; what the pipeline gives by itself is
    /// filled in. A fault that an override has in every iteration is told once.
    /// </summary>
    private void CheckConfigurations(Recipe recipe)
    {
        foreach (var iteration in recipe.Iterations.Where(i => i.Config.Length > 0))
            Join(() => Configuration(iteration));
        if (recipe.Finetuning is { Config.Length: > 0 } tuning)
            Join(() => ConfigLoader.Load<FinetuningConfig>(tuning.Config,
                [.. tuning.Overrides.Where(o => !IsReserved(o)), "task.data=.", "task.label_dir=.", "model.w2v_path=.",
                    "checkpoint.save_dir=."]));
        if (recipe.Tokenizers is { Config.Length: > 0 } tokenizers)
            Join(() => tokenizers.Check());
    }

    private void Join(Action load)
    {
        try
        {
            load();
        }
        catch (UserException e)
        {
            foreach (var fault in e.Faults.Where(fault => !_sources.Faults.Contains(fault)))
                _sources.Faults.Add(fault);
        }
    }

    private RecipeFinetuning Finetuning(RecipeSettings settings)
    {
        var overrides = settings.Texts("overrides").Concat(settings.ConfigOverrides).ToList();
        foreach (var key in overrides.Select(KeyOf).Where(ReservedKeys.Contains))
            _sources.Faults.Add(RecipeFaults.Reserved(settings.Name, key));
        var labels = settings.Has("labels") && settings.Text("labels", null) is not "auto" and var folder
            ? Place(folder, isFolder: true)
            : null;
        foreach (var key in ((string[])["units", "digits"]).Where(key => labels is not null && settings.Has(key)))
            _sources.Faults.Add(RecipeFaults.Value(settings.Where(key), key, "none, because 'labels' has its own", "a value"));
        return new RecipeFinetuning
        {
            Labels = labels,
            Units = settings.Choice("units", TextUnits.Letters),
            Digits = settings.Has("digits") ? settings.Choice("digits", TextPolicy.Refuse) : null,
            Config = settings.Has("config") ? Place(settings.Text("config", null), isFolder: false) : new RecipeFinetuning().Config,
            Overrides = overrides,
        };
    }

    /// <summary>Weights are taken over only where both networks are the same, which is known before the first is trained.</summary>
    private void CheckStart(RecipeIteration before, RecipeIteration here, RecipeSettings settings)
    {
        if (here.StartsFromPrevious && Shape(before) is { } expected && Shape(here) is { } found && expected != found)
            _sources.Faults.Add(RecipeFaults.Value(
                settings.Where("start"), "start", $"the network of the iteration before ({expected})", found));
    }

    private static string? Shape(RecipeIteration iteration) => Model(iteration) is not { } model ? null
        : $"{model.Frontend}, {model.EncoderLayers} layers of {model.EncoderEmbedDim}, feed-forward {model.EncoderFfnEmbedDim}, "
            + $"positions {model.ConvPos} in {model.ConvPosGroups} groups";

    private static HubertConfig Configuration(RecipeIteration iteration)
    {
        string[] given = ["task.data=.", "task.label_dir=.", "task.labels=[km]", "model.label_rate=50", "checkpoint.save_dir=."];
        return ConfigLoader.Load(iteration.Config, [.. iteration.Overrides.Where(o => !IsReserved(o)), .. given]).Value;
    }

    /// <summary>Of the layers of the model that an iteration trains.</summary>
    private static double FramesPerSecond(RecipeIteration iteration) => Model(iteration)?.Frontend == Frontends.Mel40 ? 25 : 50;

    /// <summary>The model that an iteration trains; null where its configuration has faults, which are told elsewhere.</summary>
    private static ModelConfig? Model(RecipeIteration iteration)
    {
        try
        {
            return iteration.Config.Length > 0 ? Configuration(iteration).Model : null;
        }
        catch (UserException)
        {
            return null;
        }
    }

    private static bool IsReserved(string given) => ReservedKeys.Contains(KeyOf(given));

    private static string KeyOf(string given) => given.Split('=')[0].TrimStart('+', '~').Trim();

    /// <summary>The title, and the folder below <c>runs</c>: one plain part of a path.</summary>
    private string Name(RecipeSettings top)
    {
        var name = top.Text("name", "name: demo");
        if (top.Find("name") is YamlScalar && (name is "." or ".."
            || string.IsNullOrWhiteSpace(name)
            || name.Length > LongestName
            || name.Any(c => c is '/' or '\\' || char.IsControl(c) || char.IsSurrogate(c))))
            _sources.Faults.Add(RecipeFaults.Value(top.Where("name"), "name", "one plain folder name, such as demo",
                $"'{PrintableText.Of(name)}'"));
        return name;
    }

    private RecipeIteration Iteration(RecipeSettings settings, int index)
    {
        var features = settings.Text("features", "features: mfcc");
        if (features is not ("mfcc" or "hubert" or ""))
            _sources.Faults.Add(RecipeFaults.Value(settings.Where("features"), "features", "mfcc or hubert", $"'{features}'"));
        int? layer = null;
        if (features == "hubert")
        {
            if (index == 0)
                _sources.Faults.Add(RecipeFaults.Value(settings.Where("features"), "features of the first iteration", "mfcc",
                    "hubert, but there is no model yet"));
            if (settings.Has("layer"))
                layer = (int)settings.Number("layer", 0, 1, 1000);
            else
                _sources.Faults.Add(RecipeFaults.Missing(settings.Name, "layer", "layer: 6"));
        }
        else if (settings.Has("layer"))
        {
            _sources.Faults.Add(RecipeFaults.Value(settings.Where("layer"), "layer", "none for MFCCs", "a value"));
        }
        var start = settings.Has("start") ? settings.Text("start", null) : "scratch";
        if (start is not ("scratch" or "previous") || (start == "previous" && index == 0))
            _sources.Faults.Add(RecipeFaults.Value(settings.Where("start"), "start",
                index == 0 ? "scratch in the first iteration" : "scratch or previous", $"'{PrintableText.Of(start)}'"));
        var usualRate = features == "hubert" ? _framesPerSecond : 100.0;
        var overrides = settings.Texts("overrides").Concat(settings.ConfigOverrides).ToList();
        foreach (var key in overrides.Select(KeyOf).Where(ReservedKeys.Contains))
            _sources.Faults.Add(RecipeFaults.Reserved(settings.Name, key));
        var iteration = new RecipeIteration
        {
            Features = features,
            Layer = layer,
            Clusters = (int)settings.Number("clusters", null, 2, 100_000),
            Starts = (int)settings.Number("starts", 20, 1, 1000),
            LabelRate = settings.Rate("label_rate", usualRate),
            Config = Place(settings.Text("config", "config: hubert_small_cpu"), isFolder: false),
            StartsFromPrevious = start == "previous",
            Overrides = overrides,
        };
        _framesPerSecond = FramesPerSecond(iteration);
        return iteration;
    }

    /// <summary>A path below the recipe's folder where such a file or folder is, else the text as it stands.</summary>
    private string Place(string text, bool isFolder)
    {
        if (_folder is null || text.Length == 0)
            return text;
        var path = Path.Combine(_folder, text);
        return (isFolder ? Directory.Exists(path) : File.Exists(path) || File.Exists($"{path}.yaml")) ? path : text;
    }
}
