using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HubertSharp.Tests.Architecture;

/// <summary>How sentences are written: percent signs without a space, Chinese ones with Chinese punctuation.</summary>
public partial class WordingTests
{
    [Fact]
    public void A_percent_sign_follows_its_number_without_a_space() => Assert.Empty(
        from file in SourceTree.Here.Sources.Where(IsOurs)
        from text in Texts(file)
        where SpacedPercent().IsMatch(text.Text) || (text.FollowsHole && text.Text.StartsWith(" %", StringComparison.Ordinal))
        select $"{file.Path}:{text.Line}: {text.Text}");

    [Fact]
    public void Chinese_sentences_have_full_width_punctuation() => Assert.Empty(
        (from file in SourceTree.Here.Sources.Where(IsOurs)
         from text in Texts(file)
         where HalfWidth().IsMatch(text.Text) || (text is { FollowsHole: true, IsInChinese: true } && text.Text[0] is ',' or ';')
         select $"{file.Path}:{text.Line}: {text.Text}").Concat(
        from path in SourceTree.Here.Paths("src/HubertSharp.Dashboard/Web", "docs")
        where path.EndsWith("texts.js", StringComparison.Ordinal) || path.EndsWith(".zh.md", StringComparison.Ordinal)
        from line in File.ReadLines(Path.Combine(SourceTree.Here.Root, path))
        where HalfWidth().IsMatch(line)
        select $"{path}: {line}"));

    /// <summary>What the program says, and not what it reads of other programs' logs.</summary>
    private static bool IsOurs(SourceFile file) => file.Path.StartsWith("src/", StringComparison.Ordinal)
        && !file.Path.StartsWith("src/HubertSharp.Runs/Doctor/Logs/", StringComparison.Ordinal);

    private static IEnumerable<Part> Texts(SourceFile file)
    {
        foreach (var node in file.Root.DescendantNodes())
        {
            if (node is LiteralExpressionSyntax { Token.Value: string words })
                yield return new Part(words, SourceFile.Line(node), false, false);
            if (node is not InterpolatedStringExpressionSyntax sentence)
                continue;
            var isInChinese = sentence.Contents.OfType<InterpolatedStringTextSyntax>()
                .Any(part => Chinese().IsMatch(part.TextToken.ValueText));
            for (var i = 0; i < sentence.Contents.Count; i++)
            {
                if (sentence.Contents[i] is InterpolatedStringTextSyntax part)
                    yield return new Part(part.TextToken.ValueText, SourceFile.Line(part), i > 0, isInChinese);
            }
        }
    }

    [GeneratedRegex(@"[\u4e00-\u9fff]")]
    private static partial Regex Chinese();

    [GeneratedRegex(@"[\u4e00-\u9fff][,;:()]|[,;:(][\u4e00-\u9fff]|\)[\u4e00-\u9fff]")]
    private static partial Regex HalfWidth();

    [GeneratedRegex(@"\d %(?! ?\d)")]
    private static partial Regex SpacedPercent();

    private sealed record Part(string Text, int Line, bool FollowsHole, bool IsInChinese);
}
