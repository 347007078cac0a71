using System.Diagnostics;
using HubertSharp.Audio;
using HubertSharp.Runs;
using HubertSharp.Runs.Chunks;

namespace HubertSharp.Decoding.Recordings;

/// <summary>
/// Transcribes recordings of any length in memory of a few chunks: threads score chunks, one search follows them frame by frame over all
/// cuts, so that no word is cut in two.
/// </summary>
internal sealed class Transcriber(CtcScorer scorer, CtcDecoder decoder, ChunkOptions chunks, int threads)
{
    /// <summary>From one frame to the next, in seconds.</summary>
    private readonly double _frameSeconds = (double)scorer.StrideSamples / AudioFile.SampleRate;

    /// <summary>What was heard so far.</summary>
    public TimeSpan Audio { get; private set; }

    /// <summary>What the search took of the time, beside the model.</summary>
    public TimeSpan SearchTime { get; private set; }

    /// <param name="recordings">Each long enough for a frame.</param>
    /// <param name="done">Is given each in order, once it is done.</param>
    /// <param name="progress">Seconds of audio.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="UserException">Damaged audio, or a bad chunk; what came before has been given.</exception>
    public void Run(IReadOnlyList<Recording> recordings, Action<RecordingTranscript> done, IProgress<StageProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        var total = recordings.Sum(recording => recording.LengthSamples);
        using var scoring = new ScoringThreads(scorer, new ChunkFeed(scorer, recordings, chunks, cancellation), threads, cancellation);
        var (search, clock, heard) = (decoder.NewSearch(), new Stopwatch(), 0L);
        while (scoring.Next() is { } chunk)
        {
            clock.Start();
            if (chunk.IsFirst)
                search.Begin();
            search.Advance(chunk.Logits);
            var readings = chunk.IsLast ? decoder.Read(search, _frameSeconds) : null;
            clock.Stop();
            heard += chunk.Samples;
            (Audio, SearchTime) = (Length(heard), clock.Elapsed);
            progress?.Report(
                new StageProgress((long)Math.Ceiling(Audio.TotalSeconds), (long)Math.Ceiling(Length(total).TotalSeconds), "s"));
            var recording = recordings[chunk.Recording];
            if (readings is not null)
                done(new RecordingTranscript(recording.Name, recording.Path, Length(recording.LengthSamples).TotalSeconds, readings));
        }
    }

    private static TimeSpan Length(long samples) => TimeSpan.FromSeconds((double)samples / AudioFile.SampleRate);
}
