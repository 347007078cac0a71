using System.Globalization;
using HubertSharp.Runs.Pickle;

namespace HubertSharp.Interop.Fairseq;

/// <summary>
/// Settings that stand in a pickle as plain values: <see cref="Dictionary{TKey,TValue}"/> by string, <see cref="List{T}"/>, string,
/// bool, long, double or null. OmegaConf's nodes and argparse's Namespace are taken apart by the names of their fields.
/// </summary>
internal sealed class PlainValue
{
    private const int MostDepth = 32;

    /// <summary>A fairseq configuration has about 600; a pickle can name one value very many times.</summary>
    private const int MostNodes = 100_000;

    private readonly string _path;
    private int _nodes;

    private PlainValue(string path) => _path = path;

    /// <exception cref="Runs.UserException">Nested beyond all use.</exception>
    public static object? Of(string path, object? pickled) => new PlainValue(path).Convert(pickled, 0);

    /// <summary>Anything that behaves as a dictionary, not converted; null for other values.</summary>
    public static PickleMap? Map(object? value) => value switch
    {
        PickleMap map => map,
        PickleObject { Type.Name: "OrderedDict" or "defaultdict" or "dict" } made => made.Entries ?? new PickleMap(),
        PickleObject { Type: { Module: "argparse", Name: "Namespace" } } made => Fields(made),
        PickleObject { Type.Name: "DictConfig" } made => Fields(made)?["_content"] as PickleMap,
        _ => null,
    };

    /// <summary>The value of a key of such a dictionary, or null.</summary>
    public static object? Item(object? map, string key) => Map(map)?[key];

    /// <summary>An object's attributes, also where a class with slots hands them over as (None, attributes).</summary>
    public static PickleMap? Fields(PickleObject made) => made.State switch
    {
        PickleMap map => map,
        object?[] and [null, PickleMap map] => map,
        _ => null,
    };

    private object? Convert(object? value, int depth)
    {
        if (depth > MostDepth || ++_nodes > MostNodes)
            throw InteropFaults.TooDeep(_path);
        if (Map(value) is { } found)
        {
            var map = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var (key, item) in found.Pairs)
            {
                if (key is string or long)
                    map[System.Convert.ToString(key, CultureInfo.InvariantCulture)!] = Convert(item, depth + 1);
            }
            return map;
        }
        return value switch
        {
            string or bool or long or double => value,
            List<object?> list => list.ConvertAll(item => Convert(item, depth + 1)),
            object?[] tuple => tuple.Select(item => Convert(item, depth + 1)).ToList(),
            PickleObject { Type.Name: "ListConfig" } list => Convert(Fields(list)?["_content"], depth + 1),
            PickleObject { Type.Module: "omegaconf.nodes" } node => Convert(Fields(node)?["_val"], depth + 1),
            PickleObject { Type.Module: "pathlib", Arguments: object?[] parts } => string.Join('/', parts.OfType<string>()),
            _ => null,
        };
    }
}
