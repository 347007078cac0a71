using System.Text;

namespace HubertSharp.LanguageModels;

/// <summary>
/// A back-off n-gram model. Its probabilities are KenLM's, in log10: the longest n-gram that is known counts, and the back-off weights
/// of the longer histories that were passed over. What it does not know is <c>&lt;unk&gt;</c>.
/// </summary>
internal sealed class NgramModel : IDisposable
{
    /// <summary>No language model in use is half as long; a file that claims more is damaged.</summary>
    public const int MaximumOrder = 16;

    /// <summary>What a word that is not known has where the file says nothing of it, as in KenLM.</summary>
    public const float MissingUnknown = -100;

    private readonly Vocabulary _vocabulary;
    private NgramTable[] _tables;
    private readonly object _owner; // what the tables point into lives as long as the model

    /// <param name="vocabulary">Its words; the first is the unknown one.</param>
    /// <param name="tables">The n-grams by order.</param>
    /// <param name="owner">What they point into.</param>
    internal NgramModel(in Vocabulary vocabulary, NgramTable[] tables, object owner)
    {
        (_vocabulary, _tables, _owner) = (vocabulary, tables, owner);
        (BeginOfSentence, EndOfSentence) = (Find("<s>"), Find("</s>"));
        Start = Order > 1 && _tables[0][(uint)BeginOfSentence].Extends ? new NgramState(1, (uint)BeginOfSentence) : Empty;
    }

    /// <summary>Words of the longest n-grams.</summary>
    public int Order => _tables.Length;

    /// <summary>How many words there are, <c>&lt;unk&gt;</c>, <c>&lt;s&gt;</c> and <c>&lt;/s&gt;</c> among them.</summary>
    public int WordCount => _vocabulary.Count;

    public int BeginOfSentence { get; }

    public int EndOfSentence { get; }

    /// <summary>Behind <c>&lt;s&gt;</c>.</summary>
    public NgramState Start { get; }

    /// <summary>Behind nothing that is known.</summary>
    public static NgramState Empty => default;

    internal ref readonly Vocabulary Vocabulary => ref _vocabulary;

    internal ReadOnlySpan<NgramTable> Tables => _tables;

    /// <summary>Opens a model: ARPA text, the same packed by gzip, or the binary form that is mapped into memory. Its content says
    /// which.</summary>
    /// <exception cref="HubertSharp.Runs.UserException">None of them, or damaged.</exception>
    public static NgramModel Open(string path, CancellationToken cancellation = default) =>
        BinaryModel.IsOne(TextLines.Start(path)) ? BinaryModel.Open(path) : ArpaReader.Read(path, cancellation);

    /// <summary>How many n-grams of an order the model has.</summary>
    public long Count(int order) => _tables[order - 1].Count;

    /// <summary>The id of a word; 0 is <c>&lt;unk&gt;</c>, for all that is not known.</summary>
    public int Find(ReadOnlySpan<char> word) => Known(_vocabulary.Find(word));

    /// <summary>The same for a word in UTF-8.</summary>
    public int Find(ReadOnlySpan<byte> word) => Known(_vocabulary.Find(word));

    public string Word(int id) => Encoding.UTF8.GetString(_vocabulary.Bytes((uint)id));

    /// <summary>log10 of a word's probability.</summary>
    /// <param name="from">What went before.</param>
    /// <param name="word">Its id; <see cref="EndOfSentence"/> for the end.</param>
    /// <param name="to">What goes before the next word.</param>
    public float Score(in NgramState from, int word, out NgramState to) => Score(from, word, out to, out _);

    /// <param name="matched">Words of the n-gram that was found.</param>
    /// <inheritdoc cref="Score(in NgramState, int, out NgramState)"/>
    public float Score(in NgramState from, int word, out NgramState to, out int matched)
    {
        Span<uint> words = stackalloc uint[MaximumOrder];
        Span<float> backoffs = stackalloc float[MaximumOrder];
        var (length, node) = from; // which may be the place of the result
        for (var i = length - 1; i >= 0; i--) // the farthest word first: each history hangs under the shorter one
        {
            ref readonly var history = ref _tables[i][node];
            (words[i], backoffs[i], node) = (history.Word, history.Backoff, history.Parent);
        }
        ref readonly var found = ref _tables[0][(uint)word];
        node = (uint)word;
        matched = 1;
        to = found.Extends && Order > 1 ? new NgramState(1, node) : Empty;
        for (var i = 0; i < length; i++)
        {
            node = _tables[i + 1].Find(node, words[i]);
            if (node == NgramTable.None)
                break;
            found = ref _tables[i + 1][node];
            matched = i + 2;
            if (matched < Order && found.Extends)
                to = new NgramState(matched, node);
        }
        var log10 = found.Probability;
        for (var i = matched - 1; i < length; i++)
            log10 += backoffs[i];
        return log10;
    }

    public void Dispose()
    {
        _tables = []; // what they point to may be gone
        (_owner as IDisposable)?.Dispose();
        GC.KeepAlive(_owner);
    }

    private static int Known(uint id) => id == Vocabulary.None ? 0 : (int)id;
}
