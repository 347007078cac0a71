using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>Lines of scripts that speak Chinese: <c>第 200 步，训练损失：6.71</c> is read as <c>step 200 , train_loss : 6.71</c>.</summary>
internal static partial class LocalLine
{
    private const string Wide = "，：；。、（）＝｜［］【】　";
    private const string Narrow = ",:;,,()=|[][] ";
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The line with English names and narrow punctuation; the line itself where it holds no such letters.</summary>
    public static ReadOnlySpan<byte> InEnglish(ReadOnlySpan<byte> line)
    {
        // in UTF-8: umlauts, and the blocks of Chinese; not the blocks that progress bars are drawn with
        if (!line.ContainsAnyInRange((byte)0x80, (byte)0xff)
            || (!line.Contains((byte)0xc3) && !line.ContainsAnyInRange((byte)0xe3, (byte)0xe9) && Utf8.IsValid(line)))
            return line;
        var wide = Text(line).ToCharArray();
        for (var i = 0; i < wide.Length; i++)
        {
            if (Wide.IndexOf(wide[i], StringComparison.Ordinal) is >= 0 and var at)
                wide[i] = Narrow[at];
        }
        var text = Counted().Replace(new string(wide),
            m => $" {(m.Groups["epoch"].Success ? "epoch" : "step")} {m.Groups["count"].Value} ");
        return Encoding.UTF8.GetBytes(Words().Replace(text, m => $" {LocalName.InEnglish(m.Value.ToLowerInvariant())} "));
    }

    private static string Text(ReadOnlySpan<byte> line)
    {
        try
        {
            return s_strict.GetString(line);
        }
        catch (DecoderFallbackException)
        {
            return CodePagesEncodingProvider.Instance.GetEncoding("gb18030")!.GetString(line);
        }
    }

    [GeneratedRegex(@"第\s*(?<count>[\d,]+)\s*(?:(?<epoch>个?\s*(?:轮次?|輪|epoch|周期))|个?\s*(?:步|次迭代|次更新|step|iter))")]
    private static partial Regex Counted();

    // words that are not all ASCII
    [GeneratedRegex(@"[A-Za-z_]*[^\x00-\x7f\W\d][^\W\d]*")]
    private static partial Regex Words();
}
