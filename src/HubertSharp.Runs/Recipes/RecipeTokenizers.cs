using System.Globalization;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Tokenizers;

namespace HubertSharp.Runs.Recipes;

/// <summary>Tokenizers of the same network that learn from different teachers, compared with one another.</summary>
public sealed record RecipeTokenizers
{
    /// <summary>Name of a teacher: a layer of the last model.</summary>
    public const string Hubert = "hubert";

    /// <summary>Value of <see cref="Layer"/>: the layer that the evaluation of the last model chose.</summary>
    public const string BestLayer = "best";

    private static readonly string[] s_teachers = [Hubert, TokenizerTaskConfig.Mfcc, TokenizerTaskConfig.NoTeacher];

    // what the pipeline gives each configuration by itself
    private static readonly string[] s_reserved =
    [
        "task.data", "task.train_files", "task.valid_files", "task.teacher", "task.teacher_layer", "task.feature_dir",
        "dataset.train_subset", "dataset.valid_subset", "checkpoint.save_dir",
    ];

    /// <summary>One tokenizer for each: <c>hubert</c>, <c>mfcc</c>, <c>none</c>.</summary>
    public IReadOnlyList<string> Teachers { get; init; } = s_teachers;

    /// <summary><c>best</c>, <c>avg</c> (the mean of all hidden states), or a layer from 1.</summary>
    public string Layer { get; init; } = BestLayer;

    /// <summary>Clusters of that layer, which the codes of quantiser 1 are held against.</summary>
    public int Clusters { get; init; } = 100;

    /// <summary>A bundled configuration of <c>hubert tokenizer train</c>, or a YAML file.</summary>
    public string Config { get; init; } = "tokenizer_small_cpu";

    /// <summary><c>key=value</c>, as on the command line of <c>hubert tokenizer train</c>.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Numbers of quantisers that speech is decoded from; none for 1, 2, 4, … and all.</summary>
    public IReadOnlyList<int> Quantizers { get; init; } = [];

    /// <summary>Recordings that the pages play.</summary>
    public int Examples { get; init; } = 4;

    /// <summary>Looks at the configuration, with what the pipeline gives filled in.</summary>
    /// <exception cref="UserException">Its faults, or a number of quantisers that it does not have.</exception>
    internal void Check()
    {
        var model = ConfigLoader.Load<TokenizerTrainingConfig>(Config,
            [.. Overrides.Where(given => !s_reserved.Contains(KeyOf(given))), "task.data=.", "task.teacher=none", "checkpoint.save_dir=."])
            .Value.Model;
        if (Quantizers.Any(count => count > model.NQ))
            throw RecipeFaults.All([RecipeFaults.Value("tokenizers", "quantizers", $"numbers up to {model.NQ}, model.n_q",
                $"{Quantizers.Max()}")]);
    }

    internal static RecipeTokenizers Read(RecipeSettings settings, List<string> faults, Func<string, string> place)
    {
        var defaults = new RecipeTokenizers();
        var overrides = settings.Texts("overrides").Concat(settings.ConfigOverrides).ToList();
        foreach (var key in overrides.Select(KeyOf).Where(s_reserved.Contains))
            faults.Add(RecipeFaults.Reserved(settings.Name, key));
        List<string> teachers = settings.Has("teachers") ? [.. settings.Texts("teachers")] : [.. defaults.Teachers];
        if (teachers.Count == 0
            || teachers.Exists(teacher => !s_teachers.Contains(teacher))
            || teachers.Distinct().Count() < teachers.Count)
            faults.Add(RecipeFaults.Value(settings.Where("teachers"), "teachers", $"some of {string.Join(", ", s_teachers)}, each once",
                $"'{PrintableText.Of(string.Join(", ", teachers))}'"));
        var layer = settings.Has("layer") ? settings.Text("layer", null) : BestLayer;
        if (layer is not (BestLayer or TokenizerTaskConfig.AllLayers)
            && !(int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 1000))
            faults.Add(RecipeFaults.Value(settings.Where("layer"), "layer",
                $"{BestLayer}, {TokenizerTaskConfig.AllLayers} or a layer from 1",
                $"'{PrintableText.Of(layer)}'"));
        return new RecipeTokenizers
        {
            Teachers = teachers,
            Layer = layer,
            Clusters = (int)settings.Number("clusters", defaults.Clusters, 2, 100_000),
            Config = settings.Has("config") ? place(settings.Text("config", null)) : defaults.Config,
            Overrides = overrides,
            Quantizers = settings.Counts("quantizers", 255),
            Examples = (int)settings.Number("examples", defaults.Examples, 1, 100),
        };
    }

    private static string KeyOf(string given) => given.Split('=')[0].TrimStart('+', '~').Trim();
}
