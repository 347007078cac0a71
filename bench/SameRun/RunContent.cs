using System.Text.Json;
using System.Text.RegularExpressions;

namespace HubertSharp.Bench.SameRun;

/// <summary>One number or text of a run, and where it stands.</summary>
/// <param name="Place">File, line, key.</param>
/// <param name="Value">As it is written.</param>
internal readonly record struct RunItem(string Place, string Value);

/// <summary>
/// What a training left, without what depends on the clock, the machine's memory or the folder it lies in. Tensors count by name,
/// shape and content, wherever in a file they lie.
/// </summary>
internal sealed partial class RunContent
{
    private static readonly string[] s_clocks =
    [
        "time", "wall", "train_wall", "wps", "ups", "audio_s_per_s", "peak_rss_mib", "valid_wps", "trainingseconds", "files",
        "sha256",
    ];

    private readonly string _folder;
    private readonly string _root;

    /// <param name="folder">The folder of one training.</param>
    /// <param name="root">The part of its paths that differs between two commits.</param>
    public RunContent(string folder, string root)
    {
        _folder = folder;
        _root = root;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            Take(path);
    }

    public const string Metrics = "metrics";

    public const string Outcome = "outcome";

    private const string OtherFiles = "other files";

    /// <summary>The columns of the table.</summary>
    public static IReadOnlyList<string> Aspects { get; } = [Metrics, "weights", "averages", "samples", "notices", Outcome, OtherFiles];

    public ILookup<string, RunItem> Items => _items.ToLookup(i => i.Aspect, i => i.Item);

    private readonly List<(string Aspect, RunItem Item)> _items = [];

    private void Take(string path)
    {
        var name = EventFile().Replace(Path.GetRelativePath(_folder, path), "events");
        Add(OtherFiles, name, "there"); // a file that one side lacks is a difference, whatever it holds
        switch (Path.GetFileName(path))
        {
            case "metrics.jsonl":
                AddJson(Metrics, name, File.ReadLines(path));
                break;
            case "log.txt":
                AddLines("notices", name, File.ReadLines(path)
                    .Select(line => Memory().Replace(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..], "# MiB")));
                break;
            case TrainingRunner.OutcomeFile:
                AddLines(Outcome, name, File.ReadLines(path).Select(line => Memory().Replace(line, "# MiB")));
                break;
            case "environment.json": // the machine, the commit, the time
                break;
            case var file when file.EndsWith(".safetensors", StringComparison.Ordinal):
                foreach (var (tensor, content) in TensorHashes.Of(path))
                    Add(file.Contains("optimizer", StringComparison.Ordinal) ? "averages" : "weights",
                        $"{Path.GetDirectoryName(name)} {tensor}", content);
                break;
            case var file when file.EndsWith(".json", StringComparison.Ordinal):
                AddJson(name.Contains("samples", StringComparison.Ordinal) ? "samples" : OtherFiles, name, [File.ReadAllText(path)]);
                break;
            case var file when file.EndsWith(".yaml", StringComparison.Ordinal):
                AddLines(OtherFiles, name, File.ReadLines(path));
                break;
        }
    }

    private void Add(string aspect, string place, string value) =>
        _items.Add((aspect, new(place, value.Replace(_root, "", StringComparison.Ordinal))));

    private void AddLines(string aspect, string name, IEnumerable<string> lines)
    {
        foreach (var (line, number) in lines.Select((l, i) => (l, i + 1)))
            Add(aspect, $"{name}:{number}", line);
    }

    private void AddJson(string aspect, string name, IEnumerable<string> lines)
    {
        foreach (var (line, number) in lines.Select((l, i) => (l, i + 1)))
        {
            using var json = JsonDocument.Parse(line);
            AddElement(aspect, $"{name}:{number}", json.RootElement);
        }
    }

    private void AddElement(string aspect, string place, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject().Where(p => !s_clocks.Contains(p.Name, StringComparer.OrdinalIgnoreCase)))
                    AddElement(aspect, $"{place} {property.Name}", property.Value);
                break;
            case JsonValueKind.Array:
                foreach (var (item, index) in element.EnumerateArray().Select((e, i) => (e, i)))
                    AddElement(aspect, $"{place}[{index}]", item);
                break;
            default:
                Add(aspect, place, element.GetRawText());
                break;
        }
    }

    [GeneratedRegex(@"events\.out\.\S+")]
    private static partial Regex EventFile();

    [GeneratedRegex(@"[\d,.]+ MiB")]
    private static partial Regex Memory();
}
