using System.Globalization;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>
/// A teacher's features of one split, at the tokenizer's rate: of a teacher with a multiple of it every n-th frame counts. Thread-safe.
/// </summary>
internal sealed class TeacherFeatures : IDisposable
{
    /// <summary>Frames by which an utterance may differ from its length at the edges.</summary>
    private const int EdgeFrames = 3;

    private readonly ITeacherFrames _frames;
    private readonly int _every;

    private TeacherFeatures(ITeacherFrames frames, double rate, int every) => (_frames, Rate, _every) = (frames, rate, every);

    public int Dimensions => _frames.Dimensions;

    /// <summary>Frames per second that the features have of their own.</summary>
    public double Rate { get; }

    /// <summary>Takes the frames of a split and sees that they belong to the tokenizer's.</summary>
    /// <param name="frames">The teacher's; disposed with the result, and where they do not fit.</param>
    /// <param name="manifest">The split's recordings.</param>
    /// <param name="frameRate">Of the tokenizer.</param>
    /// <param name="checks">The released program looks at no rate, and takes frame for frame.</param>
    /// <param name="notice">Told of a rate that does not fit when nothing is checked.</param>
    /// <exception cref="UserException">A rate that is no multiple.</exception>
    public static TeacherFeatures Of(
        ITeacherFrames frames, Manifest manifest, double frameRate, bool checks, Action<string> notice)
    {
        var rate = frames.Description is { FrameRate: > 0 } said ? said.FrameRate : Measured(frames, manifest, frameRate);
        var every = (int)Math.Round(rate / frameRate);
        var fits = every >= 1 && Math.Abs(rate - (every * frameRate)) < 1e-6 * rate;
        if (!fits && checks)
        {
            frames.Dispose();
            throw TokenizerTrainingFaults.TeacherRate(frames.Place, rate, frameRate);
        }
        if (!fits || (every > 1 && !checks))
            notice(string.Create(CultureInfo.InvariantCulture,
                $"warning: the teacher has {rate:0.###} frames per second, the tokenizer "
                    + $"{frameRate:0.###}; with task.parity=released frame i still teaches frame i"));
        return new TeacherFeatures(frames, rate, checks ? every : 1);
    }

    /// <summary>Frames of an utterance at the tokenizer's rate.</summary>
    public int LengthOf(int utterance) => (_frames.LengthOf(utterance) + _every - 1) / _every;

    /// <summary>Some frames of an utterance, all of which it must have.</summary>
    public void Read(int utterance, int first, Span<float> frames)
    {
        var count = frames.Length / Dimensions;
        if (count == 0)
            return;
        var all = new float[(((count - 1) * _every) + 1) * Dimensions];
        _frames.Read(utterance, first * _every, all);
        for (var i = 0; i < count; i++)
            all.AsSpan(i * _every * Dimensions, Dimensions).CopyTo(frames[(i * Dimensions)..]);
    }

    /// <summary>What a run must find unchanged to go on, whether the features lie in a folder or are computed.</summary>
    public string Fingerprint() =>
        $"{_frames.Description?.ToString() ?? $"{Dimensions} dimensions"}, {_frames.Frames} frames, {_frames.HashOfLengths()}";

    public void Dispose() => _frames.Dispose();

    /// <summary>
    /// Of a dump that does not say: a multiple of the tokenizer's rate where utterances are as long as that asks, up to their edges.
    /// </summary>
    private static double Measured(ITeacherFrames frames, Manifest manifest, double frameRate)
    {
        var seconds = manifest.Entries.Sum(entry => entry.LengthSamples) / (double)SamplingRate.Hz;
        var rate = frames.Frames / seconds;
        var nearest = Math.Max(1, Math.Round(rate / frameRate)) * frameRate;
        return Math.Abs(frames.Frames - (nearest * seconds)) <= EdgeFrames * (double)manifest.Entries.Count ? nearest : rate;
    }
}
