using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using HubertSharp.Models;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Interop.Fairseq;

/// <summary>
/// The settings of a fairseq checkpoint: <c>cfg</c> with a group for model and task, or the flat <c>args</c> of older versions.
/// Keys that have no meaning here are passed over, as fairseq does when it loads a checkpoint of another version.
/// </summary>
internal sealed partial class FairseqSettings
{
    private const int MostInterpolations = 8;

    private readonly string _path;
    private readonly Dictionary<string, object?> _root;
    private readonly Dictionary<string, object?> _model;
    private readonly Dictionary<string, object?> _task;

    private FairseqSettings(
        string path, Dictionary<string, object?> root, Dictionary<string, object?> model, Dictionary<string, object?> task) =>
        (_path, _root, _model, _task) = (path, root, model, task);

    /// <summary>The registered name of the model: <c>hubert</c>, <c>hubert_ctc</c>, ...</summary>
    public string ModelName => _model.GetValueOrDefault("_name") as string ?? _model.GetValueOrDefault("arch") as string ?? "hubert";

    /// <summary>The settings of the pre-trained model in those of a fine-tuned one; null when there are none.</summary>
    public FairseqSettings? Pretrained => Of(_path, _model.GetValueOrDefault("w2v_args"));

    /// <summary>The file that a fine-tuned model was made from, without its folder; null when it names none.</summary>
    public string? PretrainedName =>
        (_model.GetValueOrDefault("w2v_path") as string)?.Split('/', '\\')[^1] is { Length: > 0 and <= 255 } name ? name : null;

    /// <summary>Of the values of <c>cfg</c> or <c>args</c>; null when they are no settings.</summary>
    public static FairseqSettings? Of(string path, object? plain)
    {
        if (plain is not Dictionary<string, object?> root)
            return null;
        return root.GetValueOrDefault("model") is Dictionary<string, object?> model
            && root.GetValueOrDefault("task") is Dictionary<string, object?> task
            ? new FairseqSettings(path, root, model, task)
            : root.ContainsKey("encoder_layers") || root.ContainsKey("w2v_args") ? new FairseqSettings(path, root, root, root) : null;
    }

    public static FairseqSettings Of(string path, Dictionary<string, object?> model, Dictionary<string, object?> task) =>
        new(path, [], model, task);

    public ModelConfig Model() => Read<ModelConfig>(_model, "model");

    public TaskConfig Task() => Read<TaskConfig>(_task, "task");

    private T Read<T>(Dictionary<string, object?> values, string group)
    {
        var json = new JsonObject();
        foreach (var property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            var key = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            var value = Resolve(values.GetValueOrDefault(key), 0);
            // a missing value (None, ???) leaves the default, as do the registered names, which fairseq writes in other ways
            if (value is not null and not "???" && key != "name")
                json[key] = Node(property.PropertyType, value)
                    ?? throw InteropFaults.Setting(_path, $"{group}.{key}", Expected(property.PropertyType), $"{value}");
        }
        try
        {
            return json.Deserialize<T>(ModelDescription.Json)!;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw InteropFaults.Setting(_path, group, "values as fairseq writes them", Runs.PrintableText.Of(e));
        }
    }

    private static JsonNode? Node(Type type, object value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(int))
            return value is long whole && (int)whole == whole ? whole : value is double real && real == (int)real ? (int)real : null;
        if (type == typeof(double))
            return value is double or long && double.IsFinite(Convert.ToDouble(value)) ? Convert.ToDouble(value) : null;
        if (type == typeof(bool))
            return value is bool flag ? flag : null;
        if (type == typeof(IReadOnlyList<string>))
            return Labels(value) is { } labels ? new JsonArray([.. labels.Select(label => (JsonNode)label)]) : null;
        return value is string text ? text : null; // texts, and the front end's list expression
    }

    private static string Expected(Type type) => (Nullable.GetUnderlyingType(type) ?? type).Name switch
    {
        "Int32" => "a whole number",
        "Double" => "a number",
        "Boolean" => "True or False",
        _ => "text",
    };

    /// <summary>A list of texts; fairseq's update_ckpt.py leaves its Python spelling in a text instead.</summary>
    private static List<string>? Labels(object value) => value switch
    {
        List<object?> list when list.All(item => item is string) => [.. list.Cast<string>()],
        string text when text.StartsWith('[') => [.. Quoted().Matches(text).Select(m => m.Groups[2].Value)],
        string text => [text],
        _ => null,
    };

    /// <summary>Follows <c>${group.key}</c>.</summary>
    private object? Resolve(object? value, int depth)
    {
        if (value is not string text || Interpolation().Match(text) is not { Success: true } match)
            return value;
        object? found = _root;
        foreach (var part in match.Groups[1].Value.Split('.'))
            found = (found as Dictionary<string, object?>)?.GetValueOrDefault(part);
        return depth < MostInterpolations ? Resolve(found, depth + 1) : null;
    }

    [GeneratedRegex(@"\A\$\{([A-Za-z0-9_.]+)\}\z")]
    private static partial Regex Interpolation();

    [GeneratedRegex(@"(['""])([^'""]*)\1")]
    private static partial Regex Quoted();
}
