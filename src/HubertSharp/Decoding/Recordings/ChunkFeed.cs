using HubertSharp.Audio;
using HubertSharp.Audio.Streams;
using HubertSharp.Runs.Chunks;

namespace HubertSharp.Decoding.Recordings;

/// <summary>
/// Cuts one recording after the other into chunks for whoever asks next; files are read in order, a chunk at a time. A long recording is
/// normalised as a whole, in a pass of its own.
/// </summary>
internal sealed class ChunkFeed(
    CtcScorer scorer, IReadOnlyList<Recording> recordings, ChunkOptions options, CancellationToken cancellation) : IDisposable
{
    private AudioStream? _stream;
    private ChunkPlan? _plan;
    private WaveformStatistics? _statistics;
    private int _recording = -1, _chunk;

    /// <summary>What is to be scored, and what becomes of it.</summary>
    /// <param name="Samples">What the model hears.</param>
    /// <param name="Chunk">Which of its frames are kept.</param>
    /// <param name="Recording">The recording's number.</param>
    /// <param name="Kept">Samples of the recording that the kept frames stand for.</param>
    /// <param name="IsLast">The recording ends with it.</param>
    internal sealed record Piece(float[] Samples, Chunk Chunk, int Recording, long Kept, bool IsLast);

    /// <summary>The next chunk, or null behind the last. Not thread-safe.</summary>
    public Piece? Next()
    {
        cancellation.ThrowIfCancellationRequested();
        if (_plan is null || _chunk == _plan.Count)
        {
            if (++_recording == recordings.Count)
                return null;
            Open(recordings[_recording]);
        }
        var chunk = _plan![_chunk++];
        var samples = new float[chunk.Samples];
        _stream!.Read(chunk.StartSample, samples);
        if (scorer.NormalizeEpsilon is { } epsilon)
            _statistics!.Apply(samples, epsilon);
        var (isLast, before) = (_chunk == _plan.Count, chunk.FirstFrame * scorer.StrideSamples);
        return new Piece(samples, chunk, _recording, isLast ? _stream.Length - before : chunk.Frames * scorer.StrideSamples, isLast);
    }

    public void Dispose() => _stream?.Dispose();

    private void Open(Recording recording)
    {
        _stream?.Dispose();
        _stream = new AudioStream(recording.Path, recording.LengthSamples, cancellation);
        _plan = new ChunkPlan(options, recording.LengthSamples, scorer.Frames(recording.LengthSamples), scorer.StrideSamples,
            scorer.ReceptiveSamples, AudioFile.SampleRate);
        _chunk = 0;
        _statistics = scorer.NormalizeEpsilon is null ? null
            : WaveformStatistics.Of(_stream, AudioFile.SampleRate * 10, cancellation);
    }
}
