using System.Text;
using System.Text.Unicode;
using HubertSharp.LanguageModels.Training;
using HubertSharp.Runs;

namespace HubertSharp.LanguageModels.Scoring;

/// <summary>
/// Scores texts by a model, a line at a time: each line is a sentence with its beginning and end.
/// Memory: at most 400 bytes per byte of the file, and 16 MiB.
/// </summary>
internal static class NgramScoring
{
    private const int MaximumLineBytes = 1 << 26;

    /// <summary>Scores all lines.</summary>
    /// <param name="model">The model.</param>
    /// <param name="texts">Text files, plain or packed by gzip; <c>-</c> is standard input.</param>
    /// <param name="units">What a word is.</param>
    /// <param name="withWords">Whether sentences hold their words.</param>
    /// <param name="take">Gets each sentence.</param>
    /// <param name="progress">Told of the words.</param>
    /// <param name="cancellation">Ends between two lines.</param>
    public static TextScore Run(
        NgramModel model, IEnumerable<string> texts, NgramUnits units, bool withWords, Action<SentenceScore> take,
        IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        var total = new TextScore(0, 0, 0, 0, 0);
        foreach (var text in texts)
        {
            using var lines = TextLines.OpenText(text, MaximumLineBytes, cancellation);
            while (lines.MoveNext())
            {
                if (!Utf8.IsValid(lines.Current))
                    throw LanguageModelFaults.NotUtf8($"{TextLines.NameOf(text)}:{lines.Number}");
                var (score, ofUnknown) = Score(model, lines.Current, units, withWords);
                total = total with
                {
                    Sentences = total.Sentences + 1,
                    Words = total.Words + score.Words,
                    Unknown = total.Unknown + score.Unknown,
                    Log10 = total.Log10 + score.Log10,
                    Log10Unknown = total.Log10Unknown + ofUnknown,
                };
                take(score);
                if (total.Sentences % 10_000 == 0)
                    progress?.Report(new StageProgress(total.Sentences, 0, "sentences"));
            }
        }
        progress?.Report(new StageProgress(total.Sentences, 0, "sentences"));
        return total.Words > 0 ? total : throw LanguageModelFaults.NoText(string.Join(", ", texts.Select(TextLines.NameOf)));
    }

    private static (SentenceScore Score, double OfUnknown) Score(
        NgramModel model, ReadOnlySpan<byte> line, NgramUnits units, bool withWords)
    {
        var (state, sum, ofUnknown, count, unknown) = (model.Start, 0.0, 0.0, 0, 0);
        var words = withWords ? new List<WordScore>() : null;
        void Take(ReadOnlySpan<byte> word, int id)
        {
            var log10 = model.Score(state, id, out state, out var matched);
            sum += log10;
            words?.Add(new WordScore(Encoding.UTF8.GetString(word), log10, matched, id == 0));
            if (id == 0)
                (unknown, ofUnknown) = (unknown + 1, ofUnknown + log10);
        }
        units.Part(line, word =>
        {
            count++;
            Take(word, model.Find(word));
        });
        Take("</s>"u8, model.EndOfSentence);
        return (new SentenceScore(Encoding.UTF8.GetString(line), sum, count, unknown, words), ofUnknown);
    }
}
