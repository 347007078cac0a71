using System.Text.Json;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Corpora;

/// <summary>
/// The folder of a corpus that this program makes. It is built in <c>.partial</c> inside, moved into place, and <c>corpus.json</c>
/// with the settings is written last: where that file is, the corpus is whole.
/// </summary>
internal sealed class CorpusFolder(string folder)
{
    /// <summary>The audio folder, the root of the manifests.</summary>
    public const string Audio = "audio";
    private const string Stamp = "corpus.json";
    private const string Partial = ".partial";
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Whether the corpus lies there whole, made with the same settings.</summary>
    public bool IsCurrent(IReadOnlyDictionary<string, string> settings)
    {
        try
        {
            var stamp = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(folder, Stamp)));
            return stamp is not null && settings.All(s => stamp.TryGetValue(s.Key, out var value) && value == s.Value)
                && new[] { "train", "valid" }.All(IsWhole);
        }
        catch (Exception e) when (e is IOException or JsonException or UserException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Lets <paramref name="build"/> fill an empty folder and puts its content in place of any earlier corpus.</summary>
    public void Replace(IReadOnlyDictionary<string, string> settings, Action<string> build)
    {
        var partial = Path.Combine(folder, Partial);
        CheckOurs(partial);
        if (Directory.Exists(partial))
            Directory.Delete(partial, recursive: true);
        Directory.CreateDirectory(partial);
        build(partial);
        File.Delete(Path.Combine(folder, Stamp));
        foreach (var entry in Directory.GetFileSystemEntries(partial))
        {
            var place = Path.Combine(folder, Path.GetFileName(entry));
            if (Directory.Exists(place))
                Directory.Delete(place, recursive: true);
            if (File.Exists(entry))
                File.Move(entry, place, overwrite: true);
            else
                Directory.Move(entry, place);
        }
        Directory.Delete(partial, recursive: true);
        AtomicFile.WriteAllText(Path.Combine(folder, Stamp), JsonSerializer.Serialize(settings, Json) + "\n");
    }

    private bool IsWhole(string split)
    {
        var manifest = Manifest.Read(Path.Combine(folder, $"{split}.tsv"));
        return Enumerable.Range(0, manifest.Entries.Count).All(i => File.Exists(manifest.FullPath(i)));
    }

    // Somebody's own audio folder must not be taken for an old corpus of ours and deleted.
    private void CheckOurs(string partial)
    {
        if (File.Exists(folder))
            throw CorpusFaults.FolderInUse(folder, "a file of that name");
        if (Directory.Exists(partial) || File.Exists(Path.Combine(folder, Stamp)) || !Directory.Exists(folder))
            return;
        foreach (var name in new[] { Audio, "train.tsv", "valid.tsv" })
        {
            if (Path.Exists(Path.Combine(folder, name)))
                throw CorpusFaults.FolderInUse(folder, name);
        }
    }
}
