using System.Text;
using System.Text.Json;
using HubertSharp.Corpora.Formats.Tables;
using HubertSharp.Corpora.Pieces;
using HubertSharp.Runs;

namespace HubertSharp.Corpora.Formats.Shards;

/// <summary>
/// Tar shards as WebDataset has them: files of one sample have one name up to the first dot, <c>KEY.flac</c> with <c>KEY.txt</c> or
/// <c>KEY.json</c>, and stand one behind the other. The recordings become files in the output folder.
/// </summary>
/// <remarks>Memory: at most 16 bytes per byte of the file, and 4 MiB.</remarks>
internal sealed class TarFormat(string output, IProgress<StageProgress>? progress)
{
    /// <summary>Of its files.</summary>
    public static readonly string[] Endings = ["tar", "tar.gz", "tgz"];

    private static readonly string[] s_audio = ["wav", "flac", "mp3", "ogg", "opus", "m4a", "aac", "sph", "aiff", "amr"];
    private static readonly string[] s_texts = ["txt", "text", "transcript", "trn", "lab"];

    private readonly TakenOut _taken = new(output);
    private readonly List<SpeechFile> _files = [];
    private readonly List<(string, string)> _leftOut = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _sexes = new(StringComparer.Ordinal);
    private int _texts;
    private string? _firstText;

    public static bool Matches(string root) => Shards(root).Count > 0;

    public static SpeechListing List(
        SpeechPlace place, string output, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var shards = place.File is { } given ? [given] : Shards(place.Root);
        if (shards.Count == 0)
            throw CorpusFaults.MissingTranscripts("WebDataset", Path.Combine(place.Root, "*.tar"));
        var reading = new TarFormat(output, progress);
        foreach (var shard in shards)
            reading.Read(shard, place.Root, cancellation);
        reading._taken.List();
        return new SpeechListing(reading._taken.Folder, [.. reading._files.OrderBy(f => f.RelativePath, StringComparer.Ordinal)])
        {
            LeftOut = reading._leftOut,
            Sexes = reading._sexes,
            Notes = reading._texts == 0 ? [] : [LayoutFaults.WithoutAudio(reading._texts, reading._firstText!)],
        };
    }

    private static List<string> Shards(string root) => SpeechFolder.ListsIn(root, file => SpeechFolder.HasEnding(file, Endings));

    private void Read(string shard, string root, CancellationToken cancellation)
    {
        var name = Path.GetRelativePath(root, shard);
        var part = PartNames.Of(name);
        var below = name[..name.LastIndexOf(".t", StringComparison.OrdinalIgnoreCase)];
        using var stream = BoundedGzip.Open(shard);
        Sample? sample = null;
        foreach (var entry in new TarEntries(stream, shard, TakenOut.MostBytes).All(IsWanted))
        {
            cancellation.ThrowIfCancellationRequested();
            var (key, ending) = Split(entry.Name);
            if (sample?.Key != key)
            {
                Add(sample, below, part, shard);
                sample = new Sample(key);
            }
            if (entry.Bytes is null)
                _leftOut.Add(($"{name}/{entry.Name}", LayoutFaults.TooLargeInside(shard, TakenOut.MostBytes)));
            else if (s_audio.Contains(ending))
                (sample!.Audio, sample.Ending) = (entry.Bytes, ending);
            else if (ending == "json")
                sample!.About = Json(entry.Bytes, shard, entry.Name);
            else
                sample!.Text = Text(entry.Bytes, shard, entry.Name);
        }
        Add(sample, below, part, shard);
    }

    private void Add(Sample? sample, string below, string? part, string shard)
    {
        if (sample is null)
            return;
        if (sample.Audio is not { } audio)
        {
            _firstText ??= sample.Key;
            _texts++;
            return;
        }
        if (!_seen.Add($"{below}/{sample.Key}"))
            throw LayoutFaults.KeyTwice(shard, sample.Key);
        var row = new TableRow(0, sample.About);
        if (row is { Speaker: { } speaker, Sex: { } sex })
            _sexes[speaker] = sex;
        var path = _taken.Put($"{below}/{sample.Key}", "." + sample.Ending, audio, shard);
        _files.Add(new SpeechFile(path, sample.Text ?? row.Text, row.Split ?? part, LanguageTags.Of(row.Language), row.Speaker)
        {
            ToldSeconds = row.Seconds,
        });
        progress?.Report(new StageProgress(_files.Count, 0, "recordings"));
    }

    private static bool IsWanted(string name) => Split(name) is { Ending: var ending, Key.Length: > 0 }
        && (ending == "json" || s_audio.Contains(ending) || s_texts.Contains(ending));

    // WebDataset: the key ends at the first dot behind the last slash
    private static (string Key, string Ending) Split(string name)
    {
        var slash = name.LastIndexOf('/') + 1;
        return name.IndexOf('.', slash) is > 0 and var dot && dot > slash
            ? (name[..dot], name[(dot + 1)..].Split('.')[^1].ToLowerInvariant())
            : ("", "");
    }

    private static string Text(byte[] bytes, string shard, string name) =>
        Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').Trim() is var text && !text.Contains('\uFFFD', StringComparison.Ordinal)
            ? text
            : throw LayoutFaults.NotUtf8($"{shard}: {PrintableText.Of(name)}", 1);

    private static Dictionary<string, string> Json(byte[] bytes, string shard, string name)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 32 });
            return TableRow.CellsOf(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw LayoutFaults.Malformed($"{shard}: {PrintableText.Of(name)}", 1, "a JSON object", PrintableText.Of(e));
        }
    }

    private sealed class Sample(string key)
    {
        public string Key => key;

        public byte[]? Audio { get; set; }

        public string Ending { get; set; } = "";

        public string? Text { get; set; }

        public Dictionary<string, string> About { get; set; } = [];
    }
}
