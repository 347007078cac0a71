using System.Text;

namespace HubertSharp.Onnx;

/// <summary>Text from CTC scores.</summary>
internal static class CtcText
{
    private const string WordDelimiter = "|";

    /// <summary>The best token of each frame, repeats and blanks left out.</summary>
    /// <param name="logits">[T, V] row by row.</param>
    public static string Greedy(ReadOnlySpan<float> logits, OnnxModelInfo info)
    {
        var text = new StringBuilder();
        var (tokens, last) = (info.Tokens.Count, -1);
        for (var start = 0; start < logits.Length; start += tokens)
        {
            var row = logits.Slice(start, tokens);
            var best = 0;
            for (var v = 1; v < tokens; v++)
                best = row[v] > row[best] ? v : best;
            if (best != last && best != info.Blank)
                text.Append(info.Tokens[best] == WordDelimiter ? " " : info.Tokens[best]);
            last = best;
        }
        return text.ToString().Trim();
    }
}
