namespace HubertSharp.Evaluation.Alignments;

/// <summary>
/// One label per frame for a set of utterances: reference phones or syllables, or clusters. Labels stay text, as in the
/// reference implementation, and are stored once each; a frame costs four bytes.
/// </summary>
internal sealed class FrameLabels
{
    private readonly List<string> _symbols = [];
    private readonly Dictionary<string, int> _idOfSymbol = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int[]> _utterances = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _speakers = new(StringComparer.Ordinal);

    /// <summary>The label texts; the numbers in <see cref="Utterances"/> index this list.</summary>
    public IReadOnlyList<string> Symbols => _symbols;

    /// <summary>Label numbers, one per frame, by utterance name.</summary>
    public IReadOnlyDictionary<string, int[]> Utterances => _utterances;

    /// <summary>The number of a label text, given out in order of first use.</summary>
    public int IdOf(string symbol)
    {
        if (!_idOfSymbol.TryGetValue(symbol, out var id))
        {
            id = _symbols.Count;
            _symbols.Add(symbol);
            _idOfSymbol.Add(symbol, id);
        }
        return id;
    }

    /// <summary>Sets an utterance's labels; a later one of the same name replaces the earlier, as in the reference.</summary>
    /// <param name="utterance">The utterance's name.</param>
    /// <param name="labels">Numbers from <see cref="IdOf"/>, one per frame.</param>
    public void Set(string utterance, int[] labels) => _utterances[utterance] = labels;

    /// <summary>Sets an utterance's labels from texts, one per frame.</summary>
    public void Set(string utterance, IEnumerable<string> labels) => Set(utterance, labels.Select(IdOf).ToArray());

    /// <summary>Says who speaks in an utterance.</summary>
    public void SetSpeaker(string utterance, string? speaker)
    {
        if (!string.IsNullOrEmpty(speaker))
            _speakers[utterance] = speaker;
    }

    /// <summary>Who speaks in an utterance; null where nobody said.</summary>
    public string? SpeakerOf(string utterance) => _speakers.GetValueOrDefault(utterance);

    /// <summary>The utterances whose names pass; label arrays are shared with this set.</summary>
    public FrameLabels Where(Func<string, bool> keep)
    {
        var part = new FrameLabels();
        foreach (var symbol in _symbols)
            part.IdOf(symbol);
        foreach (var (name, labels) in _utterances)
        {
            if (!keep(name))
                continue;
            part.Set(name, labels);
            part.SetSpeaker(name, SpeakerOf(name));
        }
        return part;
    }
}
