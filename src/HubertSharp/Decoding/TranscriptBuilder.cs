using System.Text;
using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Decoding;

/// <summary>Makes words of tokens: those of the lexicon where there was one, else what stands between delimiters.</summary>
/// <param name="alphabet">The model's outputs.</param>
/// <param name="words">Words by number, or null; a number behind them is a word spelt by its tokens.</param>
/// <param name="frameSeconds">From one frame to the next.</param>
internal sealed class TranscriptBuilder(CtcAlphabet alphabet, IReadOnlyList<string>? words, double frameSeconds)
{
    public Transcript Build(Hypothesis hypothesis, bool hasLanguage)
    {
        var timed = new List<TimedWord>();
        var spelt = new List<TokenRun>();
        foreach (var run in hypothesis.Runs)
        {
            var isWord = words is null && alphabet.IsWord(run.Token);
            if (isWord || (words is null && run.Token == alphabet.Delimiter))
                End(TokenRun.NoWord);
            if (run.Token != alphabet.Delimiter && !alphabet.IsSilent(run.Token))
                spelt.Add(run);
            if (isWord || run.Word >= 0)
                End(run.Word);
        }
        End(TokenRun.NoWord);
        var text = words is null ? alphabet.Text(hypothesis.Runs.Select(run => run.Token)) : Joined(timed);
        return new Transcript(text, timed, hypothesis.Score, hypothesis.Acoustic, hasLanguage ? hypothesis.Language : null);

        void End(int word)
        {
            if (spelt.Count == 0)
                return;
            var written = word >= 0 && word < words!.Count ? words[word] : string.Concat(spelt.Select(run => alphabet.Tokens[run.Token]));
            timed.Add(new TimedWord(written, Seconds(spelt[0].Start), Seconds(spelt[^1].End + 1),
                Math.Exp(spelt.Average(run => Math.Min(0, run.Peak)))));
            spelt.Clear();
        }
    }

    private double Seconds(int frame) => Math.Round(Math.Max(0, frame) * frameSeconds, 6);

    /// <summary>Words of a lexicon are apart, but Chinese characters are not.</summary>
    private static string Joined(List<TimedWord> timed)
    {
        var text = new StringBuilder();
        for (var i = 0; i < timed.Count; i++)
        {
            if (i > 0 && !(CtcAlphabet.IsIdeograph(timed[i].Text) && CtcAlphabet.EndsInIdeograph(timed[i - 1].Text)))
                text.Append(' ');
            text.Append(timed[i].Text);
        }
        return text.ToString();
    }
}
