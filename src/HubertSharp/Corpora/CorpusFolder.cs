using System.Text.Json;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Corpora;

/// <summary>
/// The folder of a corpus that this program makes. It is built in a working folder inside, moved into place, and <c>corpus.json</c>
/// with the settings is written last: where that file is, the corpus is whole. A list of what was made lies beside it, and nothing else
/// is ever removed.
/// </summary>
internal sealed class CorpusFolder(string folder)
{
    /// <summary>The audio folder, the root of the manifests.</summary>
    public const string Audio = "audio";
    private const string Stamp = "corpus.json";
    private const string Made = ".hubert-corpus.json";
    private static readonly string[] Names =
    [
        Audio, Stamp, "LICENSES.md", "licences", "speakers.tsv", "skipped.tsv", "zh_labels.tsv",
        .. CorpusParts.Splits.SelectMany(split => new[] { $"{split}.tsv", $"{split}.wrd", $"{split}.ltr", $"{split}.phn.tsv" }),
    ];
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Whether the corpus lies there whole, made with the same settings.</summary>
    public bool IsCurrent(IReadOnlyDictionary<string, string> settings)
    {
        try
        {
            var stamp = JsonSerializer.Deserialize<Dictionary<string, string>>(RegularFile.ReadAllText(Path.Combine(folder, Stamp),
                RegularFile.MostOfDescription));
            return stamp is not null && settings.All(s => stamp.TryGetValue(s.Key, out var value) && value == s.Value)
                && CorpusParts.Splits.All(IsWhole);
        }
        catch (Exception e) when (e is IOException or JsonException or UserException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Lets <paramref name="build"/> fill an empty folder and puts its content in place of any earlier corpus.</summary>
    public void Replace(IReadOnlyDictionary<string, string> settings, Action<string> build)
    {
        var before = Earlier();
        using var work = WorkFolder.In(folder, "corpus");
        build(work.FullName);
        var made = MadeFiles.In(work.FullName).Order(StringComparer.Ordinal)
            .ToDictionary(name => name, name => FileFingerprint.Of(work.At(name)));
        // first the list, of the old and the new: a kill in between leaves nothing that is not known to be ours
        new MadeFiles("corpus", before.Files.Concat(made).DistinctBy(file => file.Key).ToDictionary()).Write(At(Made));
        before.Remove(folder);
        foreach (var name in made.Keys)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
            if (Path.Exists(At(name)))
                Owned.MoveAside(At(name)); // the user's, or changed by the user
            File.Move(work.At(name), At(name));
        }
        AtomicFile.WriteAllText(At(Stamp), JsonSerializer.Serialize(settings, Json) + "\n");
        made[Stamp] = FileFingerprint.Of(At(Stamp));
        new MadeFiles("corpus", made).Write(At(Made));
    }

    private string At(string name) => Path.Combine(folder, name);

    /// <summary>What an earlier corpus of ours left here.</summary>
    /// <exception cref="UserException">Somebody's own files are in the way of a corpus.</exception>
    private MadeFiles Earlier()
    {
        if (File.Exists(folder))
            throw CorpusFaults.FolderInUse(folder, "a file of that name");
        if (MadeFiles.TryRead(At(Made)) is { } listed)
            return listed;
        if (IsStamp(At(Stamp)))
            return KeepEarlier();
        return Names.FirstOrDefault(name => Path.Exists(At(name))) is { } name
            ? throw CorpusFaults.FolderInUse(folder, name)
            : new MadeFiles("corpus", new Dictionary<string, string>());
    }

    /// <summary>
    /// A corpus of an earlier version has no list: what of it is whose is not known, and all of it is kept under other names.
    /// </summary>
    private MadeFiles KeepEarlier()
    {
        foreach (var name in Names.Where(name => Path.Exists(At(name))))
            Owned.MoveAside(At(name));
        return new MadeFiles("corpus", new Dictionary<string, string>());
    }

    private static bool IsStamp(string path)
    {
        try
        {
            return File.Exists(path)
                && JsonSerializer.Deserialize<Dictionary<string, string>>(RegularFile.ReadAllText(path, RegularFile.MostOfDescription))
                    ?.ContainsKey("seed") == true;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException or UserException)
        {
            return false;
        }
    }

    private bool IsWhole(string split)
    {
        var manifest = Manifest.Read(Path.Combine(folder, $"{split}.tsv"));
        return Enumerable.Range(0, manifest.Entries.Count).All(i => File.Exists(manifest.FullPath(i)));
    }
}
