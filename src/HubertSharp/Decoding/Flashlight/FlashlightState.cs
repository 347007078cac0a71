namespace HubertSharp.Decoding.Flashlight;

/// <summary>A hypothesis of <see cref="FlashlightSearch"/> at one frame.</summary>
internal struct FlashlightState
{
    /// <summary>What it is ranked by, and the two parts of that: emissions and log10 of the language model, look-ahead included.</summary>
    public double Score, Acoustic, Language;

    /// <summary>Words said, and the place in the lexicon's tree.</summary>
    public int History, Node;

    /// <summary>The frame's token, the word that it ends, and the hypothesis of the frame before.</summary>
    public int Token, Word, Previous;

    /// <summary>The run of its token, and the run's peak so far.</summary>
    public int Run;

    public float Peak;

    public bool IsBlank;

    /// <summary>What becomes of both is the same.</summary>
    public readonly bool IsLike(in FlashlightState other) =>
        History == other.History && Node == other.Node && Token == other.Token && IsBlank == other.IsBlank;

    public readonly int Hash()
    {
        var mixed = ((((ulong)(uint)History << 32) | (uint)Node) * 0x9E3779B97F4A7C15) ^ ((ulong)(uint)((Token * 2) + (IsBlank ? 1 : 0)));
        mixed *= 0xD6E8FEB86659FD93;
        return (int)(mixed >> 33);
    }
}
