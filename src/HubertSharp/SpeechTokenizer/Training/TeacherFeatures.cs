using System.Globalization;
using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;
using HubertSharp.Training;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>
/// A teacher's features of one split, at the tokenizer's rate: of a teacher with a multiple of it every n-th frame counts. Thread-safe.
/// </summary>
internal sealed class TeacherFeatures : IDisposable
{
    /// <summary>Frames by which an utterance may differ from its length at the edges.</summary>
    private const int EdgeFrames = 3;

    private readonly string _folder;
    private readonly FeatureDumpReader _dump;
    private readonly int _every;

    private TeacherFeatures(string folder, FeatureDumpReader dump, double rate, int every) =>
        (_folder, _dump, Rate, _every) = (folder, dump, rate, every);

    public int Dimensions => _dump.Dimensions;

    /// <summary>Frames per second that the features have of their own.</summary>
    public double Rate { get; }

    /// <summary>Opens the features of a split and sees that they belong to its recordings and to the tokenizer's frames.</summary>
    /// <param name="folder">Of the dump.</param>
    /// <param name="split">Its split.</param>
    /// <param name="manifest">The split's recordings.</param>
    /// <param name="manifestPath">For messages.</param>
    /// <param name="frameRate">Of the tokenizer.</param>
    /// <param name="checks">The released program looks at no rate, and takes frame for frame.</param>
    /// <param name="notice">Told of a rate that does not fit when nothing is checked.</param>
    /// <exception cref="UserException">None there, of other recordings, or of a rate that is no multiple.</exception>
    public static TeacherFeatures Open(
        string folder, string split, Manifest manifest, string manifestPath, double frameRate, bool checks, Action<string> notice)
    {
        var dump = FeatureDumpReader.Open(folder, split);
        try
        {
            if (dump.Utterances != manifest.Entries.Count)
                throw FeatureFaults.OtherManifest(folder, manifestPath, manifest.Entries.Count, dump.Utterances);
            var seconds = manifest.Entries.Sum(entry => entry.LengthSamples) / (double)SamplingRate.Hz;
            var rate = dump.Description is { FrameRate: > 0 } said ? said.FrameRate : Measured(dump, seconds, frameRate);
            var every = (int)Math.Round(rate / frameRate);
            var fits = every >= 1 && Math.Abs(rate - (every * frameRate)) < 1e-6 * rate;
            if (!fits && checks)
                throw TokenizerTrainingFaults.TeacherRate(folder, rate, frameRate);
            if (!fits || (every > 1 && !checks))
                notice(string.Create(CultureInfo.InvariantCulture,
                    $"warning: the teacher has {rate:0.###} frames per second, the tokenizer "
                        + $"{frameRate:0.###}; with task.parity=released frame i still teaches frame i"));
            return new TeacherFeatures(folder, dump, rate, checks ? every : 1);
        }
        catch
        {
            dump.Dispose();
            throw;
        }
    }

    /// <summary>Frames of an utterance at the tokenizer's rate.</summary>
    public int LengthOf(int utterance) => (_dump.LengthOf(utterance) + _every - 1) / _every;

    /// <summary>Some frames of an utterance, all of which it must have.</summary>
    public void Read(int utterance, int first, Span<float> frames)
    {
        var count = frames.Length / Dimensions;
        if (count == 0)
            return;
        var all = new float[(((count - 1) * _every) + 1) * Dimensions];
        _dump.ReadFrames(_dump.StartOf(utterance) + ((long)first * _every), all);
        for (var i = 0; i < count; i++)
            all.AsSpan(i * _every * Dimensions, Dimensions).CopyTo(frames[(i * Dimensions)..]);
    }

    /// <summary>What a run must find unchanged to go on.</summary>
    public string Fingerprint(string split)
    {
        var lengths = string.Join('\n', FeatureShards.Find(_folder, split).Select(shard =>
            RunFingerprint.HashFile($"{shard.PathIn(_folder, split)}.len")));
        return $"{_dump.Description?.ToString() ?? $"{Dimensions} dimensions"}, {_dump.Frames} frames, {RunFingerprint.Hash(lengths)}";
    }

    public void Dispose() => _dump.Dispose();

    /// <summary>
    /// Of a dump that does not say: a multiple of the tokenizer's rate where utterances are as long as that asks, up to their edges.
    /// </summary>
    private static double Measured(FeatureDumpReader dump, double seconds, double frameRate)
    {
        var rate = dump.Frames / seconds;
        var nearest = Math.Max(1, Math.Round(rate / frameRate)) * frameRate;
        return Math.Abs(dump.Frames - (nearest * seconds)) <= EdgeFrames * (double)dump.Utterances ? nearest : rate;
    }
}
