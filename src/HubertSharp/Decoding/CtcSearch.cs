using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Decoding;

// T frames, V tokens.

/// <summary>
/// A search for the text of one recording, whose frames may come in pieces; memory does not grow with them, but with the text.
/// </summary>
internal abstract class CtcSearch(CtcAlphabet alphabet)
{
    protected CtcAlphabet Alphabet { get; } = alphabet;

    /// <summary>Frames seen.</summary>
    protected int Frame { get; private set; }

    /// <summary>Starts a recording; a search serves one after the other.</summary>
    public void Begin()
    {
        Frame = 0;
        BeginSearch();
    }

    /// <param name="logits">[T, V] row by row.</param>
    public void Advance(ReadOnlySpan<float> logits)
    {
        for (; logits.Length > 0; logits = logits[Alphabet.Count..], Frame++)
            Step(logits[..Alphabet.Count]);
    }

    /// <summary>The best readings, best first; at least one.</summary>
    public abstract IReadOnlyList<Hypothesis> Finish(int most);

    protected abstract void BeginSearch();

    /// <param name="row">[V].</param>
    protected abstract void Step(ReadOnlySpan<float> row);
}
