using HubertSharp.LanguageModels;

namespace HubertSharp.Decoding;

/// <summary>
/// The words that a search's hypotheses have said, each history once, with the language model's state behind it and its score of the last
/// word: whoever says the same word behind the same words finds both here, and the model is asked once.
/// </summary>
/// <param name="model">Null scores nothing; histories differ all the same.</param>
/// <param name="ids">The model's id of each word that is said here.</param>
internal sealed class WordHistories(NgramModel? model, int[] ids)
{
    private const int Gone = -1, EndWord = int.MaxValue;

    private Entry[] _entries = new Entry[1 << 12];
    private int[] _slots = new int[1 << 14]; // four for an entry; index + 1, 0 is free
    private int[] _moved = [];

    private record struct Entry(int Before, int Word, NgramState State, float Score);

    public int Count { get; private set; }

    /// <summary>Whether <see cref="Keep"/> should be called at the end of a frame.</summary>
    public bool IsFull => Count > _entries.Length / 2;

    /// <summary>Forgets all, and returns the history of a sentence's beginning.</summary>
    /// <param name="isSentence">Begin behind <c>&lt;s&gt;</c>, not behind nothing.</param>
    public int Begin(bool isSentence)
    {
        Array.Clear(_slots);
        Count = 0;
        return Append(new Entry(Gone, Gone, model is null || !isSentence ? NgramModel.Empty : model.Start, 0));
    }

    /// <summary>log10 of the last word behind the others.</summary>
    public float Score(int history) => _entries[history].Score;

    /// <summary>The history with one word more.</summary>
    public int Next(int history, int word)
    {
        var mask = _slots.Length - 1;
        for (var at = Hash(history, word) & mask; ; at = (at + 1) & mask)
        {
            if (_slots[at] == 0)
            {
                var (state, score) = (NgramModel.Empty, 0f);
                if (model is not null)
                    score = model.Score(_entries[history].State, word == EndWord ? model.EndOfSentence : ids[word], out state);
                _slots[at] = Count + 1; // Append may make all anew
                return Append(new Entry(history, word, state, score));
            }
            ref readonly var entry = ref _entries[_slots[at] - 1];
            if (entry.Before == history && entry.Word == word)
                return _slots[at] - 1;
        }
    }

    /// <summary>The history with the sentence's end.</summary>
    public int End(int history) => Next(history, EndWord);

    /// <summary>Forgets all but these, and gives them their new places.</summary>
    public void Keep(Span<int> live)
    {
        if (_moved.Length < _entries.Length)
            _moved = new int[_entries.Length];
        _moved.AsSpan(0, Count).Clear();
        foreach (var history in live)
            _moved[history] = 1;
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_moved[i] == 0)
                continue;
            var entry = _entries[i];
            // one that is not kept itself is never asked for its next word again
            var before = entry.Before < 0 || _moved[entry.Before] == 0 ? Gone : _moved[entry.Before] - 1;
            _entries[kept] = entry with { Before = before };
            _moved[i] = ++kept;
        }
        foreach (ref var history in live)
            history = _moved[history] - 1;
        Count = kept;
        if (kept > _entries.Length / 4)
            Grow();
        else
            Fill();
    }

    private int Append(in Entry entry)
    {
        _entries[Count++] = entry;
        if (Count == _entries.Length)
            Grow();
        return Count - 1;
    }

    private void Grow()
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        _slots = new int[_slots.Length * 2];
        Fill();
    }

    private void Fill()
    {
        Array.Clear(_slots);
        for (var i = 0; i < Count; i++)
            Insert(i);
    }

    private void Insert(int index)
    {
        ref readonly var entry = ref _entries[index];
        if (entry.Before == Gone)
            return;
        var mask = _slots.Length - 1;
        var at = Hash(entry.Before, entry.Word) & mask;
        while (_slots[at] != 0)
            at = (at + 1) & mask;
        _slots[at] = index + 1;
    }

    private static int Hash(int history, int word)
    {
        var mixed = (((ulong)(uint)history << 32) | (uint)word) * 0x9E3779B97F4A7C15;
        return (int)(mixed >> 33);
    }
}
