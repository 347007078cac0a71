using System.Text;
using System.Text.Unicode;
using HubertSharp.Runs;

namespace HubertSharp.LanguageModels.Training;

/// <summary>
/// Counts the n-grams of the highest order of some texts. A line is a sentence; before it stand as many <c>&lt;s&gt;</c> as an n-gram has
/// words but one, behind it <c>&lt;/s&gt;</c>. What sorting may hold comes on top.
/// Memory: at most 400 bytes per byte of the file, and 64 MiB.
/// </summary>
internal sealed class CorpusCounts
{
    public const uint Unknown = 0, Begin = 1, End = 2;

    private const int MaximumLineBytes = 1 << 26;

    private readonly VocabularyBuilder _words;
    private readonly RecordSorter _sorter;
    private readonly uint[] _record; // the words, then a count of one

    public CorpusCounts(VocabularyBuilder words, RecordSorter sorter, int order)
    {
        (_words, _sorter, _record) = (words, sorter, new uint[order + 2]);
        words.Add("<unk>"u8);
        words.Add("<s>"u8);
        words.Add("</s>"u8);
        RecordCount.Set(_record, 1);
    }

    public long Tokens { get; private set; }

    public long Sentences { get; private set; }

    public void Add(string path, NgramUnits units, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        using var lines = TextLines.OpenText(path, MaximumLineBytes, cancellation);
        var name = TextLines.NameOf(path);
        var reported = 0L;
        while (lines.MoveNext())
        {
            if (!Utf8.IsValid(lines.Current))
                throw LanguageModelFaults.NotUtf8($"{name}:{lines.Number}");
            Sentences++;
            _record.AsSpan(0, _record.Length - 2).Fill(Begin);
            units.Part(lines.Current, word =>
            {
                if (word.Length > TextLines.MaximumWordBytes)
                    throw LanguageModelFaults.WordTooLong($"{name}:{lines.Number}", word.Length, TextLines.MaximumWordBytes);
                var id = _words.Add(word);
                if (id <= End)
                    throw LanguageModelFaults.ReservedWord($"{name}:{lines.Number}", Encoding.UTF8.GetString(word));
                Tokens++;
                Shift(id);
            });
            Shift(End);
            if (Tokens - reported < 100_000)
                continue;
            reported = Tokens;
            progress?.Report(new StageProgress(Tokens, 0, "words"));
        }
        progress?.Report(new StageProgress(Tokens, 0, "words"));
    }

    private void Shift(uint id)
    {
        var words = _record.AsSpan(0, _record.Length - 2);
        words[1..].CopyTo(words);
        words[^1] = id;
        _sorter.Add(_record);
    }
}
