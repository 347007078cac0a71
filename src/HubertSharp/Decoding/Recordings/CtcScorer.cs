using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Decoding.Recordings;

// T frames, V tokens.

/// <summary>A fine-tuned model, whatever runs it. Scoring is thread-safe.</summary>
internal abstract class CtcScorer : IDisposable
{
    /// <summary>What its outputs mean.</summary>
    public abstract CtcAlphabet Alphabet { get; }

    /// <summary>From one frame to the next.</summary>
    public abstract long StrideSamples { get; }

    /// <summary>Samples of one frame.</summary>
    public abstract long ReceptiveSamples { get; }

    /// <summary>
    /// What is added to the variance where it hears recordings of mean 0 and variance 1; null where it hears them as they are.
    /// </summary>
    public abstract double? NormalizeEpsilon { get; }

    /// <summary>Frames of so many samples.</summary>
    public abstract long Frames(long samples);

    /// <summary>Scores of tokens, before any softmax.</summary>
    /// <param name="samples">Normalised where the model asks for it, with a frame at least.</param>
    /// <returns>[T, V] row by row.</returns>
    public abstract float[] Logits(float[] samples);

    /// <summary>Threads that may score at once.</summary>
    public virtual int MostThreads => 256;

    /// <summary>What a thread that scores holds while it does.</summary>
    public virtual IDisposable OnThread() => new Nothing();

    public abstract void Dispose();

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
