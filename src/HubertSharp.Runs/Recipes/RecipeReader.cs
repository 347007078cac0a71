using System.Globalization;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Yaml;

namespace HubertSharp.Runs.Recipes;

/// <summary>Turns YAML and overrides into a <see cref="Recipe"/>; all faults are gathered and reported once.</summary>
internal sealed class RecipeReader
{
    private static readonly string[] TopKeys = ["name", "corpus", "seed", "iterations", "evaluation"];
    private static readonly string[] IterationKeys = ["features", "layer", "clusters", "starts", "label_rate", "config", "overrides"];
    private static readonly string[] EvaluationKeys = ["reference", "layers", "clusters", "probe"];

    /// <summary>What the pipeline gives each configuration by itself.</summary>
    private static readonly string[] ReservedKeys =
        ["task.data", "task.label_dir", "task.labels", "task.label_rate", "model.label_rate", "checkpoint.save_dir"];

    private const int LongestName = 80;

    private readonly List<string> _faults = [];
    private readonly string? _folder;

    private RecipeReader(string? folder) => _folder = folder;

    public static Recipe Read(YamlNode document, string name, string? folder, IEnumerable<string> overrides) =>
        new RecipeReader(folder).Read(document, name, overrides);

    private Recipe Read(YamlNode document, string name, IEnumerable<string> overrides)
    {
        var top = new Settings(name);
        var evaluation = new Settings($"{name}: evaluation");
        var iterations = new List<Settings>();
        foreach (var entry in Map(document, name, "a recipe").Entries)
        {
            var where = $"{name}:{entry.Line}";
            switch (entry.Key)
            {
                case "iterations":
                    foreach (var item in List(entry.Value, where, entry.Key))
                    {
                        var itemName = $"{name}:{item.Line}";
                        iterations.Add(Fill(new Settings(itemName), Map(item, itemName, "an iteration"), name, "iterations.",
                            IterationKeys));
                    }
                    break;
                case "evaluation":
                    Fill(evaluation, Map(entry.Value, where, entry.Key), name, "evaluation.", EvaluationKeys);
                    break;
                default:
                    Put(top, entry.Key, entry.Key, entry.Value, where, TopKeys);
                    break;
            }
        }
        foreach (var argument in overrides)
            Override(argument, top, iterations, evaluation);

        var recipe = new Recipe
        {
            Name = Name(top),
            Corpus = Place(Text(top, "corpus", "corpus: DIR"), isFolder: true),
            Seed = Number(top, "seed", 1337, 0, int.MaxValue),
            Iterations = [.. iterations.Select(Iteration)],
            Evaluation = new RecipeEvaluation
            {
                Reference = Text(evaluation, "reference", null) is { Length: > 0 } given
                    ? given is "auto" or "none" ? given : Place(given, isFolder: false)
                    : "auto",
                Layers = Layers(evaluation),
                Clusters = (int)Number(evaluation, "clusters", 100, 2, 100_000),
                Probe = Bool(evaluation, "probe", true),
            },
        };
        if (iterations.Count == 0)
            _faults.Add(RecipeFaults.Missing(name, "iterations",
                "iterations: [{features: mfcc, clusters: 100, config: hubert_small_cpu}]"));
        return _faults.Count == 0 ? recipe : throw RecipeFaults.All(_faults);
    }

    /// <summary>The title, and the folder below <c>runs</c>: one plain part of a path.</summary>
    private string Name(Settings top)
    {
        var name = Text(top, "name", "name: demo");
        if (top.Find("name") is YamlScalar && (name is "." or ".."
            || string.IsNullOrWhiteSpace(name)
            || name.Length > LongestName
            || name.Any(c => c is '/' or '\\' || char.IsControl(c) || char.IsSurrogate(c))))
            _faults.Add(RecipeFaults.Value(top.Where("name"), "name", "one plain folder name, such as demo",
                $"'{PrintableText.Of(name)}'"));
        return name;
    }

    private RecipeIteration Iteration(Settings settings, int index)
    {
        var features = Text(settings, "features", "features: mfcc");
        if (features is not ("mfcc" or "hubert" or ""))
            _faults.Add(RecipeFaults.Value(settings.Where("features"), "features", "mfcc or hubert", $"'{features}'"));
        int? layer = null;
        if (features == "hubert")
        {
            if (index == 0)
                _faults.Add(RecipeFaults.Value(settings.Where("features"), "features of the first iteration", "mfcc",
                    "hubert, but there is no model yet"));
            if (settings.Has("layer"))
                layer = (int)Number(settings, "layer", 0, 1, 1000);
            else
                _faults.Add(RecipeFaults.Missing(settings.Name, "layer", "layer: 6"));
        }
        else if (settings.Has("layer"))
        {
            _faults.Add(RecipeFaults.Value(settings.Where("layer"), "layer", "none for MFCCs", "a value"));
        }
        var usualRate = features == "hubert" ? 50.0 : 100.0;
        var overrides = List(settings.Find("overrides"), settings.Where("overrides"), "overrides")
            .Select(item => Scalar(item, settings.Where("overrides"), "overrides")).Concat(settings.ConfigOverrides).ToList();
        foreach (var key in overrides.Select(o => o.Split('=')[0].TrimStart('+', '~').Trim()).Where(ReservedKeys.Contains))
            _faults.Add(RecipeFaults.Reserved(settings.Name, key));
        return new RecipeIteration
        {
            Features = features,
            Layer = layer,
            Clusters = (int)Number(settings, "clusters", null, 2, 100_000),
            Starts = (int)Number(settings, "starts", 20, 1, 1000),
            LabelRate = Rate(settings, usualRate),
            Config = Place(Text(settings, "config", "config: hubert_small_cpu"), isFolder: false),
            Overrides = overrides,
        };
    }

    private void Override(string argument, Settings top, List<Settings> iterations, Settings evaluation)
    {
        const string where = "command line";
        var equals = argument.IndexOf('=');
        if (equals <= 0)
        {
            _faults.Add(RecipeFaults.NotAnOverride(argument));
            return;
        }
        var (key, text) = (argument[..equals].Trim(), argument[(equals + 1)..].Trim());
        var parts = key.Split('.');
        var value = Value(text);
        switch (parts)
        {
            case ["evaluation", var name]:
                Put(evaluation, key, name, value, where, EvaluationKeys);
                break;
            case ["iterations", var number, .. var rest] when rest.Length > 0:
                if (!int.TryParse(number, CultureInfo.InvariantCulture, out var n) || n < 1 || n > iterations.Count)
                    _faults.Add(RecipeFaults.NoIteration(where, key, iterations.Count));
                else if (rest.Length == 1)
                    Put(iterations[n - 1], key, rest[0], value, where, IterationKeys);
                else
                    iterations[n - 1].ConfigOverrides.Add($"{string.Join('.', rest)}={text}");
                break;
            case [_] when TopKeys.Contains(key) && key is not ("iterations" or "evaluation"):
                Put(top, key, key, value, where, TopKeys);
                break;
            case [_, _, ..]:
                iterations.ForEach(i => i.ConfigOverrides.Add(argument)); // its key is checked with the configuration
                break;
            default:
                _faults.Add(RecipeFaults.UnknownKey(where, key, NearestKey.Of(key, TopKeys)));
                break;
        }
    }

    private static YamlNode Value(string text)
    {
        try
        {
            return text.StartsWith('[') ? YamlReader.ReadText(text, "command line") : new YamlScalar(text, Quoted: false, 1);
        }
        catch (UserException)
        {
            return new YamlScalar(text, Quoted: true, 1); // the check of the key says what is expected
        }
    }

    private Settings Fill(Settings settings, YamlMap map, string name, string prefix, string[] known)
    {
        foreach (var entry in map.Entries)
            Put(settings, prefix + entry.Key, entry.Key, entry.Value, $"{name}:{entry.Line}", known);
        return settings;
    }

    private void Put(Settings settings, string shown, string key, YamlNode value, string where, string[] known)
    {
        if (known.Contains(key))
            settings.Put(key, value, where);
        else
            _faults.Add(RecipeFaults.UnknownKey(where, shown.Length <= 80 ? shown : $"{shown[..80]}...", NearestKey.Of(key, known)));
    }

    private YamlMap Map(YamlNode node, string where, string what)
    {
        if (node is YamlMap map)
            return map;
        _faults.Add(RecipeFaults.Value(where, what, "a mapping", node.Describe()));
        return new YamlMap([], node.Line);
    }

    private IReadOnlyList<YamlNode> List(YamlNode? node, string where, string key)
    {
        if (node is YamlList list)
            return list.Items;
        if (node is not (null or YamlScalar { IsNull: true }))
            _faults.Add(RecipeFaults.Value(where, key, "a list", node.Describe()));
        return [];
    }

    private string Scalar(YamlNode node, string where, string key)
    {
        if (node is YamlScalar { IsNull: false } scalar)
            return scalar.Text;
        _faults.Add(RecipeFaults.Value(where, key, "text", node.Describe()));
        return "";
    }

    private string Text(Settings settings, string key, string? example)
    {
        if (settings.Find(key) is { } node and not YamlScalar { Text: "???", Quoted: false })
            return Scalar(node, settings.Where(key), key);
        if (example is not null)
            _faults.Add(RecipeFaults.Missing(settings.Name, key, example));
        return "";
    }

    private long Number(Settings settings, string key, long? otherwise, long lowest, long highest)
    {
        if (settings.Find(key) is not { } node)
        {
            if (otherwise is null)
                _faults.Add(RecipeFaults.Missing(settings.Name, key, $"{key}: 100"));
            return otherwise ?? lowest;
        }
        if (node is YamlScalar scalar
            && long.TryParse(scalar.Text, CultureInfo.InvariantCulture, out var value)
            && value >= lowest
            && value <= highest)
            return value;
        _faults.Add(RecipeFaults.Value(settings.Where(key), key, $"a whole number from {lowest} to {highest}", node.Describe()));
        return lowest;
    }

    private double Rate(Settings settings, double usual)
    {
        if (settings.Find("label_rate") is not { } node)
            return usual;
        if (node is YamlScalar scalar
            && double.TryParse(scalar.Text, CultureInfo.InvariantCulture, out var value)
            && value > 0
            && value <= 16_000)
            return value;
        _faults.Add(RecipeFaults.Value(settings.Where("label_rate"), "label_rate", $"labels per second, such as {usual}", node.Describe()));
        return usual;
    }

    private bool Bool(Settings settings, string key, bool otherwise)
    {
        switch (settings.Find(key))
        {
            case null: return otherwise;
            case YamlScalar { Text: "true" }: return true;
            case YamlScalar { Text: "false" }: return false;
            case var node:
                _faults.Add(RecipeFaults.Value(settings.Where(key), key, "true or false", node.Describe()));
                return otherwise;
        }
    }

    private List<int> Layers(Settings settings)
    {
        var node = settings.Find("layers");
        if (node is null or YamlScalar { Text: "all" })
            return [];
        var layers = new List<int>();
        foreach (var item in List(node, settings.Where("layers"), "layers"))
        {
            if (item is YamlScalar scalar
                && int.TryParse(scalar.Text, CultureInfo.InvariantCulture, out var layer)
                && layer is >= 1 and <= 1000)
                layers.Add(layer);
            else
                _faults.Add(RecipeFaults.Value(settings.Where("layers"), "layers", "all, or layers from 1", item.Describe()));
        }
        return layers;
    }

    /// <summary>A path below the recipe's folder where such a file or folder is, else the text as it stands.</summary>
    private string Place(string text, bool isFolder)
    {
        if (_folder is null || text.Length == 0)
            return text;
        var path = Path.Combine(_folder, text);
        return (isFolder ? Directory.Exists(path) : File.Exists(path) || File.Exists($"{path}.yaml")) ? path : text;
    }

    /// <summary>The values of one mapping with the place of each.</summary>
    private sealed class Settings(string name)
    {
        private readonly Dictionary<string, (YamlNode Node, string Where)> _values = [];

        public string Name => name;

        public List<string> ConfigOverrides { get; } = [];

        public void Put(string key, YamlNode node, string where) => _values[key] = (node, where);

        public bool Has(string key) => Find(key) is not null;

        public YamlNode? Find(string key) =>
            _values.TryGetValue(key, out var value) && value.Node is not YamlScalar { IsNull: true } ? value.Node : null;

        public string Where(string key) => _values.TryGetValue(key, out var value) ? value.Where : name;
    }
}
