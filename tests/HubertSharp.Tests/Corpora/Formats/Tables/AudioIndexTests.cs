using HubertSharp.Corpora.Formats.Tables;

namespace HubertSharp.Tests.Corpora.Formats.Tables;

/// <summary>What tables call files, beside a slow twin with dictionaries.</summary>
public class AudioIndexTests
{
    [Fact]
    public void Files_are_found_by_path_stem_and_name_as_dictionaries_find_them()
    {
        string[] folders = ["", "a/", "a/b/", "ü.d/"], names = ["x", "y", "x.1", "long name", "é"];
        string[] endings = [".wav", ".flac", ".wav.flac"];
        var random = new Random(5);
        for (var round = 0; round < 20; round++)
        {
            string[] paths = [.. Named(endings).Where(_ => random.Next(3) == 0).Order(StringComparer.Ordinal)];
            var index = new AudioIndex(paths.OrderBy(_ => random.Next()));
            Assert.Equal(paths, Enumerable.Range(0, index.Count).Select(i => index[i]));
            foreach (var name in Named([.. endings, "", ".mp3"]))
            {
                foreach (var below in (string[])["", "a", "nowhere"])
                    Assert.Equal(Slow(paths, name, below), index.Find(name, below, "/root") is { } number ? index[number] : null);
            }
        }

        IEnumerable<string> Named(string[] endings) => folders.SelectMany(f => names.SelectMany(n => endings.Select(e => f + n + e)));
    }

    private static string? Slow(string[] paths, string name, string below)
    {
        var (names, found) = (new Dictionary<string, string?>(), new Dictionary<string, string>());
        foreach (var path in paths)
        {
            found[path] = path;
            found.TryAdd(Path.ChangeExtension(path, null), path);
            foreach (var one in new[] { Path.GetFileName(path), Path.GetFileNameWithoutExtension(path) }.Distinct())
                names[one] = names.TryGetValue(one, out var other) && other != path ? null : path;
        }
        return found.GetValueOrDefault(below.Length == 0 ? name : $"{below}/{name}") ?? found.GetValueOrDefault(name)
            ?? names.GetValueOrDefault(Path.GetFileName(name))
            ?? (Path.GetExtension(name).Any(char.IsLetter) ? names.GetValueOrDefault(Path.GetFileNameWithoutExtension(name)) : null);
    }
}
