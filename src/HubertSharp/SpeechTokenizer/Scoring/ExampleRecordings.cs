using HubertSharp.Audio;
using HubertSharp.Audio.Fidelity;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.Reports.Tokenizers;

namespace HubertSharp.SpeechTokenizer.Scoring;

/// <summary>Keeps a handful of recordings and their reconstructions for the pages, as files and as pictures. Thread-safe.</summary>
internal sealed class ExampleRecordings
{
    private const int MostSeconds = 20;

    private readonly string _folder;
    private readonly Manifest _manifest;
    private readonly Dictionary<int, int> _numbers; // of the chosen ones, by their place in the manifest
    private readonly Dictionary<(int Number, int Quantizers), ExampleSound> _kept = [];

    /// <param name="folder">Where results go.</param>
    /// <param name="manifest">The recordings; taken are some from all over it, not the longest ones.</param>
    /// <param name="counts">Numbers of quantisers.</param>
    /// <param name="most">How many recordings.</param>
    /// <exception cref="Runs.UserException">Something else is where they go.</exception>
    public ExampleRecordings(string folder, Manifest manifest, IReadOnlyList<int> counts, int most)
    {
        (_folder, _manifest) = (folder, manifest);
        _numbers = Chosen(manifest, most);
        foreach (var number in _numbers.Values)
        {
            foreach (var quantizers in counts.Prepend(0))
                OutputKind.Speech.PlaceOf(PlaceOf(number, quantizers));
        }
    }

    /// <summary>What an evaluation kept of these recordings, read again; without texts.</summary>
    /// <param name="folder">Where its results went.</param>
    /// <param name="manifest">The recordings.</param>
    /// <param name="counts">Numbers of quantisers.</param>
    /// <param name="most">How many recordings.</param>
    /// <param name="page">Folder of the page that shows them.</param>
    /// <exception cref="Runs.UserException">A recording is not there any more, or damaged.</exception>
    public static IReadOnlyList<Example> Kept(string folder, Manifest manifest, IReadOnlyList<int> counts, int most, string page) =>
        [.. Chosen(manifest, most).OrderBy(pair => pair.Value).Select(pair =>
        {
            var entry = manifest.Entries[pair.Key];
            return new Example(UtteranceIndex.NameOf(entry.RelativePath), entry.LengthSamples / (double)AudioFile.SampleRate,
                [.. counts.Prepend(0).Select(quantizers =>
                {
                    var path = PlaceOf(folder, pair.Value, quantizers);
                    var levels = SpectrogramLevels.Of(AudioFile.Read(path), AudioFile.SampleRate);
                    return new ExampleSound(quantizers, Path.GetRelativePath(page, path).Replace('\\', '/'), levels.Columns, levels.Rows,
                        levels.Decibels);
                })]);
        })];

    /// <summary>Keeps a recording when it is one of them.</summary>
    /// <param name="index">Its place in the manifest.</param>
    /// <param name="quantizers">How many it was made from; 0 for the original.</param>
    /// <param name="samples">At 16 kHz.</param>
    /// <exception cref="Runs.UserException">The disk is full or the folder cannot be written.</exception>
    public void Keep(int index, int quantizers, float[] samples)
    {
        if (!_numbers.TryGetValue(index, out var number))
            return;
        var path = PlaceOf(number, quantizers);
        AudioFile.Write(path, [samples], AudioFile.SampleRate, OutputKind.SpeechSoftware);
        var levels = SpectrogramLevels.Of(samples, AudioFile.SampleRate);
        lock (_kept)
            _kept[(number, quantizers)] = new ExampleSound(quantizers, $"{TokenizerReport.AudioName}/{Path.GetFileName(path)}",
                levels.Columns, levels.Rows, levels.Decibels);
    }

    /// <summary>All of them in order.</summary>
    /// <param name="textOf">What was written down of a recording, by its name and number of quantisers; null without a recogniser.</param>
    public IReadOnlyList<Example> All(Func<string, int, string?> textOf) =>
        [.. _numbers.OrderBy(pair => pair.Value).Select(pair =>
        {
            var entry = _manifest.Entries[pair.Key];
            var name = UtteranceIndex.NameOf(entry.RelativePath);
            return new Example(name, entry.LengthSamples / (double)AudioFile.SampleRate,
                [.. _kept.Where(kept => kept.Key.Number == pair.Value).OrderBy(kept => kept.Key.Quantizers)
                    .Select(kept => kept.Value with { Text = textOf(name, kept.Key.Quantizers) })]);
        })];

    private string PlaceOf(int number, int quantizers) => PlaceOf(_folder, number, quantizers);

    /// <summary>Places in the manifest of the recordings that are kept, with their numbers from 1.</summary>
    private static Dictionary<int, int> Chosen(Manifest manifest, int most)
    {
        int[] fitting = [.. Enumerable.Range(0, manifest.Entries.Count)
            .Where(i => manifest.Entries[i].LengthSamples <= MostSeconds * AudioFile.SampleRate)];
        if (fitting.Length == 0)
            fitting = [Enumerable.Range(0, manifest.Entries.Count).MinBy(i => manifest.Entries[i].LengthSamples)];
        var count = Math.Min(most, fitting.Length);
        return Enumerable.Range(0, count).ToDictionary(k => fitting[(int)((k + 0.5) * fitting.Length / count)], k => k + 1);
    }

    private static string PlaceOf(string folder, int number, int quantizers) => Path.Combine(folder, TokenizerReport.AudioName,
        quantizers == 0 ? $"{number:00}-original.flac" : $"{number:00}-quantisers-{quantizers}.flac");
}
