using System.Globalization;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Yaml;

namespace HubertSharp.Runs.Recipes;

/// <summary>Collects a recipe's file and overrides, later ones over earlier ones, and the faults of their keys.</summary>
internal sealed class RecipeSources
{
    private static readonly string[] s_topKeys = ["name", "corpus", "start", "seed", "iterations", "evaluation", "finetune", "tokenizers"];
    private static readonly string[] s_iterationKeys =
    [
        "features", "layer", "clusters", "starts", "label_rate", "config", "start", "overrides",
    ];
    private static readonly string[] s_parts = ["iterations", "evaluation", "finetune", "tokenizers"];
    private static readonly string[] s_evaluationKeys =
    [
        "reference", "layers", "clusters", "every", "probe", "curve_probe", "finetune_updates",
    ];
    private static readonly string[] s_finetuneKeys = ["labels", "units", "digits", "config", "overrides"];
    private static readonly string[] s_tokenizerKeys =
        ["teachers", "layer", "clusters", "config", "overrides", "quantizers", "examples"];

    private readonly string _name;

    public RecipeSources(YamlNode document, string name, IEnumerable<string> overrides)
    {
        _name = name;
        Top = new RecipeSettings(name, Faults);
        Evaluation = new RecipeSettings($"{name}: evaluation", Faults);
        Finetuning = new RecipeSettings($"{name}: finetune", Faults);
        Tokenizers = new RecipeSettings($"{name}: tokenizers", Faults);
        foreach (var entry in Map(document, name, "a recipe").Entries)
            AddTop(entry, $"{name}:{entry.Line}");
        foreach (var argument in overrides)
            AddOverride(argument);
    }

    public RecipeSettings Top { get; }

    public List<RecipeSettings> Iterations { get; } = [];

    public RecipeSettings Evaluation { get; }

    public RecipeSettings Finetuning { get; }

    /// <summary>The recipe, or the command line, has such a part.</summary>
    public bool HasFinetuning { get; private set; }

    public RecipeSettings Tokenizers { get; }

    /// <summary>The recipe, or the command line, has such a part.</summary>
    public bool HasTokenizers { get; private set; }

    public List<string> Faults { get; } = [];

    private void AddTop(YamlEntry entry, string where)
    {
        switch (entry.Key)
        {
            case "iterations":
                foreach (var item in Items(entry, where))
                {
                    var name = $"{_name}:{item.Line}";
                    var iteration = new RecipeSettings(name, Faults);
                    Fill(iteration, Map(item, name, "an iteration"), "iterations.", s_iterationKeys);
                    Iterations.Add(iteration);
                }
                break;
            case "evaluation":
                Fill(Evaluation, Map(entry.Value, where, entry.Key), "evaluation.", s_evaluationKeys);
                break;
            case "finetune":
                HasFinetuning = true;
                if (entry.Value is not YamlScalar { IsNull: true })
                    Fill(Finetuning, Map(entry.Value, where, entry.Key), "finetune.", s_finetuneKeys);
                break;
            case "tokenizers":
                HasTokenizers = true;
                if (entry.Value is not YamlScalar { IsNull: true })
                    Fill(Tokenizers, Map(entry.Value, where, entry.Key), "tokenizers.", s_tokenizerKeys);
                break;
            default:
                Put(Top, entry.Key, entry.Key, entry.Value, where, s_topKeys);
                break;
        }
    }

    private void AddOverride(string argument)
    {
        const string where = "command line";
        var equals = argument.IndexOf('=');
        if (equals <= 0)
        {
            Faults.Add(RecipeFaults.NotAnOverride(argument));
            return;
        }
        var (key, text) = (argument[..equals].Trim(), argument[(equals + 1)..].Trim());
        var parts = key.Split('.');
        var value = Value(text);
        switch (parts)
        {
            case ["evaluation", var name]:
                Put(Evaluation, key, name, value, where, s_evaluationKeys);
                break;
            case ["finetune", var name]:
                HasFinetuning = true;
                Put(Finetuning, key, name, value, where, s_finetuneKeys);
                break;
            case ["finetune", .. var rest] when rest.Length > 1:
                HasFinetuning = true;
                Finetuning.ConfigOverrides.Add($"{string.Join('.', rest)}={text}");
                break;
            case ["tokenizers", var name]:
                HasTokenizers = true;
                Put(Tokenizers, key, name, value, where, s_tokenizerKeys);
                break;
            case ["tokenizers", .. var rest] when rest.Length > 1:
                HasTokenizers = true;
                Tokenizers.ConfigOverrides.Add($"{string.Join('.', rest)}={text}");
                break;
            case ["iterations", var number, .. var rest] when rest.Length > 0:
                if (!int.TryParse(number, CultureInfo.InvariantCulture, out var n) || n < 1 || n > Iterations.Count)
                    Faults.Add(RecipeFaults.NoIteration(where, key, Iterations.Count));
                else if (rest.Length == 1)
                    Put(Iterations[n - 1], key, rest[0], value, where, s_iterationKeys);
                else
                    Iterations[n - 1].ConfigOverrides.Add($"{string.Join('.', rest)}={text}");
                break;
            case [_] when s_topKeys.Contains(key) && !s_parts.Contains(key):
                Put(Top, key, key, value, where, s_topKeys);
                break;
            case [var first, .. var rest] when rest.Length > 0 && NearestKey.Of(first, s_parts) is { } part && part != first:
                Faults.Add(RecipeFaults.UnknownKey(where, key, string.Join('.', [part, .. rest])));
                break;
            case [_, _, ..] when Iterations.Count == 0 && HasTokenizers:
                Faults.Add(RecipeFaults.UnknownKey(where, key, $"tokenizers.{key}")); // there is no pre-training that it could be of
                break;
            case [_, _, ..]:
                Iterations.ForEach(i => i.ConfigOverrides.Add(argument)); // its key is checked with the configuration
                break;
            default:
                Faults.Add(RecipeFaults.UnknownKey(where, key, NearestKey.Of(key, s_topKeys)));
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

    private void Fill(RecipeSettings settings, YamlMap map, string prefix, string[] known)
    {
        foreach (var entry in map.Entries)
            Put(settings, prefix + entry.Key, entry.Key, entry.Value, $"{_name}:{entry.Line}", known);
    }

    private void Put(RecipeSettings settings, string shown, string key, YamlNode value, string where, string[] known)
    {
        if (known.Contains(key))
            settings.Put(key, value, where);
        else
            Faults.Add(RecipeFaults.UnknownKey(where, shown.Length <= 80 ? shown : $"{shown[..80]}...", NearestKey.Of(key, known)));
    }

    private YamlMap Map(YamlNode node, string where, string what)
    {
        if (node is YamlMap map)
            return map;
        Faults.Add(RecipeFaults.Value(where, what, "a mapping", node.Describe()));
        return new YamlMap([], node.Line);
    }

    private IReadOnlyList<YamlNode> Items(YamlEntry entry, string where)
    {
        if (entry.Value is YamlList list)
            return list.Items;
        if (entry.Value is not YamlScalar { IsNull: true })
            Faults.Add(RecipeFaults.Value(where, entry.Key, "a list", entry.Value.Describe()));
        return [];
    }
}
