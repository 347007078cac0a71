using HubertSharp.Audio;

namespace HubertSharp.Cli.Output;

/// <summary>A tokenizer's progress in seconds of audio.</summary>
internal sealed class CoderProgress : IDisposable
{
    private readonly ConsoleProgress _progress;
    private long _samples;

    /// <param name="title">What is done.</param>
    /// <param name="samples">In all, at 16 kHz.</param>
    public CoderProgress(string title, long samples) => _progress = ConsoleProgress.Start(title, Seconds(samples), "s");

    /// <summary>So many samples more are done.</summary>
    public void Add(long samples) => _progress.Report(Seconds(_samples += samples));

    /// <summary>The same pieces, each counted when the next one is asked for.</summary>
    public IEnumerable<float[]> Counting(IEnumerable<float[]> pieces)
    {
        foreach (var piece in pieces)
        {
            yield return piece;
            Add(piece.Length);
        }
    }

    public void Dispose() => _progress.Dispose();

    private static long Seconds(long samples) => (samples + AudioFile.SampleRate - 1) / AudioFile.SampleRate;
}
