using HubertSharp.Audio;
using HubertSharp.Audio.Streams;
using HubertSharp.Runs;

namespace HubertSharp.Corpora.Pieces;

/// <summary>
/// Cuts pieces out of recordings of any length: each recording is decoded once, front to back, in memory of one piece; recordings run
/// side by side. A piece is whole or absent, and one that is there already is not cut again: a run that was stopped goes on.
/// </summary>
internal static class PieceCutter
{
    /// <summary>By so much a segment may end behind its recording: tables round, and codecs cut.</summary>
    public const double MostOverhangSeconds = 0.5;

    /// <summary>Cuts what is not there yet into <c>audio/</c> below a folder.</summary>
    /// <returns>Of each piece why it could not be cut, or null; and how many were shortened to their recording's end.</returns>
    /// <exception cref="UserException">The disk is full or cannot be written.</exception>
    public static (IReadOnlyList<string?> Faults, int Shortened) Cut(
        string folder, IReadOnlyList<SpeechPiece> pieces, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        PieceTable.Prepare(folder, pieces);
        var audio = Path.Combine(folder, CorpusFolder.Audio);
        var faults = new string?[pieces.Count];
        var (done, shortened) = (new StageCounter(progress, pieces.Count, "segments"), 0);
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        var recordings = Enumerable.Range(0, pieces.Count).GroupBy(i => (pieces[i].Source, pieces[i].Channel))
            .Select(group => group.OrderBy(i => pieces[i].StartSeconds).ToArray());
        try
        {
            Parallel.ForEach(recordings, parallel, recording =>
            {
                var first = pieces[recording[0]];
                // its end tells itself
                using var stream = new AudioStream(first.Source, long.MaxValue, cancellation) { Channel = first.Channel };
                string? broken = null;
                foreach (var i in recording)
                {
                    cancellation.ThrowIfCancellationRequested();
                    var place = Path.Combine(audio, pieces[i].RelativePath);
                    if (!File.Exists(place))
                    {
                        var samples = broken is null ? Read(stream, pieces[i], cancellation, out faults[i], out broken) : null;
                        faults[i] ??= broken;
                        if (samples is not null)
                        {
                            if (samples.Length < Wanted(pieces[i]))
                                Interlocked.Increment(ref shortened);
                            AudioFile.Write(place, samples, AudioFile.SampleRate);
                        }
                    }
                    done.Add();
                }
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<UserException>().FirstOrDefault() is { } fault)
        {
            throw fault;
        }
        return (faults, shortened);
    }

    private static long Start(SpeechPiece piece) => (long)Math.Round(piece.StartSeconds * AudioFile.SampleRate);

    private static long Wanted(SpeechPiece piece) =>
        piece.EndSeconds is { } end ? (long)Math.Round(end * AudioFile.SampleRate) - Start(piece) : 0;

    // what is wrong with the recording itself is wrong for all that comes behind in it
    private static float[]? Read(
        AudioStream stream, SpeechPiece piece, CancellationToken cancellation, out string? fault, out string? broken)
    {
        (fault, broken) = (null, null);
        try
        {
            return piece.EndSeconds is null ? ToEnd(piece, cancellation, out fault) : Part(stream, piece, out fault);
        }
        catch (UserException e) when (e.InnerException is not DllNotFoundException) // a missing library is no fault of the file
        {
            broken = e.Message;
            return null;
        }
    }

    private static float[]? Part(AudioStream stream, SpeechPiece piece, out string? fault)
    {
        var (start, wanted) = (Start(piece), Wanted(piece));
        fault = piece.StartSeconds >= 0 && wanted > 0 && wanted <= SpeechPiece.MostSeconds * AudioFile.SampleRate
            ? null
            : PieceFaults.Times(piece);
        if (fault is not null)
            return null;
        var samples = new float[wanted];
        stream.Read(start, samples);
        if (stream.End is not { } end || end >= start + wanted)
            return samples;
        var overhang = (start + wanted - end) / (double)AudioFile.SampleRate;
        if (end > start && overhang <= MostOverhangSeconds)
            return samples[..(int)(end - start)];
        fault = PieceFaults.BehindEnd(piece, end / (double)AudioFile.SampleRate);
        return null;
    }

    private static float[]? ToEnd(SpeechPiece piece, CancellationToken cancellation, out string? fault)
    {
        var samples = AudioFile.Read(piece.Source, out _, cancellation, piece.Channel);
        var start = Start(piece);
        fault = start >= 0 && start < samples.Length ? null : PieceFaults.BehindEnd(piece, samples.Length / (double)AudioFile.SampleRate);
        return fault is null ? samples[(int)start..] : null;
    }
}
