namespace HubertSharp.Runs.Alphabets;

/// <summary>One token of a path through a recording's frames.</summary>
/// <param name="Token">Output of the model.</param>
/// <param name="Word">The word of a lexicon that ends with it, or -1.</param>
/// <param name="Start">First frame of its run.</param>
/// <param name="End">Last frame of its run.</param>
/// <param name="Peak">Largest natural logarithm of its probability among them.</param>
public readonly record struct TokenRun(int Token, int Word, int Start, int End, float Peak)
{
    public const int NoWord = -1;
}
