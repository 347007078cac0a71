using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.SpeechTokenizer.Discriminators;
using HubertSharp.Training;
using HubertSharp.Training.Data;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>One split: its recordings and the teacher's features of them. Collating is safe from several threads.</summary>
/// <param name="config">Lengths.</param>
/// <param name="audio">The recordings.</param>
/// <param name="teacher">The features; null for none.</param>
internal sealed class TokenizerData(TokenizerTrainingConfig config, ManifestData audio, TeacherFeatures? teacher) : IDisposable
{
    private readonly int _hop = (int)config.Model.Hop();

    public ManifestData Audio => audio;

    public TeacherFeatures? Teacher => teacher;

    /// <summary>
    /// A batch of crops. They begin at whole frames, so that the teacher's frames are those of the same instants; the released program
    /// begins anywhere, and takes all frames that a short recording's features have.
    /// </summary>
    /// <param name="utterances">Its rows.</param>
    /// <param name="micro">See <see cref="TokenizerBatch.Micro"/>.</param>
    /// <param name="cropSeed">Gives the seed of a row's crop.</param>
    public TokenizerBatch Collate(int[] utterances, int micro, Func<int, ulong> cropSeed)
    {
        var lengths = audio.LengthsOf(utterances);
        return config.Task.IsReleased() ? AsReleased(utterances, lengths, micro, cropSeed)
            : Crops(utterances, lengths, WidthOf(lengths.Max(), config.Task.SegmentSize), micro, cropSeed);
    }

    /// <summary>A recording from its start on, for validation.</summary>
    public TokenizerBatch Whole(int utterance)
    {
        var lengths = audio.LengthsOf([utterance]);
        return Crops([utterance], lengths, WidthOf(lengths[0], config.Task.ValidSegmentSize), 0, cropSeed: null);
    }

    public void Dispose() => teacher?.Dispose();

    /// <summary>Whole frames, and what the widest window needs.</summary>
    private int WidthOf(long longest, int most)
    {
        long Frames(long samples) => (samples + _hop - 1) / _hop * _hop;
        return (int)Frames(Math.Clamp(longest, LeastSamples, Math.Max(most, LeastSamples)));
    }

    private int LeastSamples => Math.Max(DiscriminatorSizes.LeastSamples, 2 * config.Criterion.NFft);

    private TokenizerBatch Crops(int[] utterances, long[] lengths, int width, int micro, Func<int, ulong>? cropSeed)
    {
        var (frames, samples) = (width / _hop, new float[utterances.Length * width]);
        var features = teacher is null ? null : new float[utterances.Length * frames * teacher.Dimensions];
        var filled = teacher is null ? null : new bool[utterances.Length * frames];
        for (var row = 0; row < utterances.Length; row++)
        {
            var places = Math.Max(0, (lengths[row] - width) / _hop) + 1;
            var first = places > 1 && cropSeed is not null ? (int)UpdateSeed.Below(cropSeed(row), places) : 0;
            lengths[row] = Math.Min(lengths[row] - ((long)first * _hop), width);
            audio.Read(utterances[row], (long)first * _hop, samples.AsSpan(row * width, (int)lengths[row]));
            if (teacher is null)
                continue;
            var heard = (int)((lengths[row] + _hop - 1) / _hop);
            var known = Math.Clamp(teacher.LengthOf(utterances[row]) - first, 0, heard);
            teacher.Read(utterances[row], first, features.AsSpan(row * frames * teacher.Dimensions, known * teacher.Dimensions));
            filled.AsSpan(row * frames, known).Fill(true);
        }
        return new TokenizerBatch(samples, lengths, utterances)
        {
            Micro = micro,
            Teacher = features,
            TeacherFrames = teacher is null ? 0 : frames,
            Filled = filled,
        };
    }

    private TokenizerBatch AsReleased(int[] utterances, long[] lengths, int micro, Func<int, ulong> cropSeed)
    {
        var (width, frames) = (config.Task.SegmentSize, config.Task.SegmentSize / _hop);
        var samples = new float[utterances.Length * width];
        var slices = new (int First, int Count)[utterances.Length];
        for (var row = 0; row < utterances.Length; row++)
        {
            var start = lengths[row] > width ? UpdateSeed.Below(cropSeed(row), lengths[row] - width + 1) : 0;
            var count = teacher?.LengthOf(utterances[row]) ?? 0;
            slices[row] = lengths[row] > width ? Slice(Math.Min((int)(start / _hop), count - frames), frames, count) : (0, count);
            lengths[row] = Math.Min(lengths[row], width);
            audio.Read(utterances[row], start, samples.AsSpan(row * width, (int)lengths[row]));
        }
        var batch = new TokenizerBatch(samples, lengths, utterances) { Micro = micro };
        if (teacher is null)
            return batch;
        var longest = Math.Max(1, slices.Max(slice => slice.Count));
        var features = new float[utterances.Length * longest * teacher.Dimensions];
        for (var row = 0; row < utterances.Length; row++)
        {
            teacher.Read(utterances[row], slices[row].First,
                features.AsSpan(row * longest * teacher.Dimensions, slices[row].Count * teacher.Dimensions));
        }
        return batch with { Teacher = features, TeacherFrames = longest };
    }

    /// <summary>Python's slice [first : first + count] of so many frames, where a place below 0 counts from the end.</summary>
    private static (int First, int Count) Slice(int first, int count, int frames)
    {
        int Place(int place) => Math.Clamp(place < 0 ? place + frames : place, 0, frames);
        var (from, to) = (Place(first), Place(first + count));
        return (from, Math.Max(0, to - from));
    }
}
