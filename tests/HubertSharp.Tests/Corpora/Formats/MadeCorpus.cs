using HubertSharp.Audio;
using HubertSharp.Corpora;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;
using HubertSharp.Tests.Audio;

namespace HubertSharp.Tests.Corpora.Formats;

/// <summary>A small corpus that a test makes in <c>in</c>, and what becomes of it in <c>out</c>.</summary>
internal sealed class MadeCorpus : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string In => At("in");

    public string Out => At("out");

    public string At(params string[] parts) => _folder.At(parts);

    /// <summary>A text in the corpus; <c>@</c> becomes the corpus's folder.</summary>
    public string Text(string name, string text) => _folder.Write($"in/{name}", text.Replace("@", In, StringComparison.Ordinal));

    /// <summary>Noise of its own for every file, at 16 kHz.</summary>
    public float[] Sound(string name, double seconds)
    {
        var sound = Signals.Noise((int)(seconds * 16000), name.Length + (int)(seconds * 1000));
        Directory.CreateDirectory(Path.GetDirectoryName(At("in", name))!);
        AudioFile.Write(At("in", name), sound, 16000);
        return sound;
    }

    public ManifestReport Build(string format = "auto", string? list = null, string? subset = null, bool strict = false) =>
        ManifestBuilder.Build(new ManifestOptions
        {
            Folder = list is null ? In : At("in", list),
            Output = Out,
            Format = format,
            ValidPercent = 0,
            Subset = subset,
            Strict = strict,
        });

    public string Fault(string format = "auto", string? list = null, string? subset = null) =>
        Assert.Throws<UserException>(() => Build(format, list, subset)).Message;

    public Manifest Manifest(string part = "train") => HubertSharp.Runs.Manifests.Manifest.Read(At("out", $"{part}.tsv"));

    public string[] Words(string part = "train") => File.ReadAllLines(At("out", $"{part}.wrd"));

    public string Speakers() => File.ReadAllText(At("out", "speakers.tsv"));

    public void Dispose() => _folder.Dispose();
}
