using System.Globalization;
using HubertSharp.Runs.Yaml;

namespace HubertSharp.Runs.Recipes;

/// <summary>The values of one mapping of a recipe with the place of each, read as what they are meant to be; faults are gathered.</summary>
/// <param name="name">Where the mapping stands.</param>
/// <param name="faults">Takes what is wrong with a value.</param>
internal sealed class RecipeSettings(string name, List<string> faults)
{
    private readonly Dictionary<string, (YamlNode Node, string Where)> _values = [];

    public string Name => name;

    /// <summary>Overrides of the configuration of an iteration, from the command line.</summary>
    public List<string> ConfigOverrides { get; } = [];

    public void Put(string key, YamlNode node, string where) => _values[key] = (node, where);

    public bool Has(string key) => Find(key) is not null;

    public YamlNode? Find(string key) =>
        _values.TryGetValue(key, out var value) && value.Node is not YamlScalar { IsNull: true } ? value.Node : null;

    public string Where(string key) => _values.TryGetValue(key, out var value) ? value.Where : name;

    /// <param name="key">The key.</param>
    /// <param name="example">Shown where it is missing; null where it may be.</param>
    public string Text(string key, string? example)
    {
        if (Find(key) is { } node and not YamlScalar { Text: "???", Quoted: false })
            return Scalar(key, node);
        if (example is not null)
            faults.Add(RecipeFaults.Missing(name, key, example));
        return "";
    }

    public IEnumerable<string> Texts(string key) => List(key).Select(item => Scalar(key, item));

    public long Number(string key, long? otherwise, long lowest, long highest)
    {
        if (Find(key) is not { } node)
        {
            if (otherwise is null)
                faults.Add(RecipeFaults.Missing(name, key, $"{key}: 100"));
            return otherwise ?? lowest;
        }
        if (node is YamlScalar scalar
            && long.TryParse(scalar.Text, CultureInfo.InvariantCulture, out var value)
            && value >= lowest
            && value <= highest)
            return value;
        Wrong(key, $"a whole number from {lowest} to {highest}", node);
        return lowest;
    }

    /// <summary>Labels per second.</summary>
    public double Rate(string key, double usual)
    {
        if (Find(key) is not { } node)
            return usual;
        if (node is YamlScalar scalar
            && double.TryParse(scalar.Text, CultureInfo.InvariantCulture, out var value)
            && value > 0
            && value <= SamplingRate.Hz)
            return value;
        Wrong(key, $"labels per second, such as {usual}", node);
        return usual;
    }

    public bool Bool(string key, bool otherwise)
    {
        switch (Find(key))
        {
            case null: return otherwise;
            case YamlScalar { Text: "true" }: return true;
            case YamlScalar { Text: "false" }: return false;
            case var node:
                Wrong(key, "true or false", node);
                return otherwise;
        }
    }

    /// <summary>One of the names of an enumeration, in small letters.</summary>
    public T Choice<T>(string key, T otherwise)
        where T : struct, Enum
    {
        if (Find(key) is not { } node)
            return otherwise;
        var names = Enum.GetNames<T>().Select(n => n.ToLowerInvariant()).ToList();
        if (node is YamlScalar scalar && names.Contains(scalar.Text))
            return Enum.Parse<T>(scalar.Text, ignoreCase: true);
        Wrong(key, string.Join(" or ", names), node);
        return otherwise;
    }

    /// <summary>Layers from 1; none for all.</summary>
    public List<int> Layers(string key)
    {
        if (Find(key) is null or YamlScalar { Text: "all" })
            return [];
        var layers = new List<int>();
        foreach (var item in List(key))
        {
            if (item is YamlScalar scalar
                && int.TryParse(scalar.Text, CultureInfo.InvariantCulture, out var layer)
                && layer is >= 1 and <= 1000)
                layers.Add(layer);
            else
                Wrong(key, "all, or layers from 1", item);
        }
        return layers;
    }

    /// <summary>Whole numbers from 1; none where the key has no value.</summary>
    public List<int> Counts(string key, int highest)
    {
        var counts = new List<int>();
        foreach (var item in List(key))
        {
            if (item is YamlScalar scalar
                && int.TryParse(scalar.Text, CultureInfo.InvariantCulture, out var count)
                && count >= 1
                && count <= highest)
                counts.Add(count);
            else
                Wrong(key, $"whole numbers from 1 to {highest}", item);
        }
        return counts;
    }

    private IReadOnlyList<YamlNode> List(string key)
    {
        var node = Find(key);
        if (node is YamlList list)
            return list.Items;
        if (node is not null)
            Wrong(key, "a list", node);
        return [];
    }

    private string Scalar(string key, YamlNode node)
    {
        if (node is YamlScalar { IsNull: false } scalar)
            return scalar.Text;
        Wrong(key, "text", node);
        return "";
    }

    private void Wrong(string key, string expected, YamlNode found) =>
        faults.Add(RecipeFaults.Value(Where(key), key, expected, found.Describe()));
}
