using System.Reflection;
using System.Text.RegularExpressions;
using HubertSharp.Runs.RunFolders;
using Microsoft.CodeAnalysis.CSharp;

namespace HubertSharp.Tests.Architecture;

/// <summary>The run folder is the contract between the programs: what its files are called stands in one place.</summary>
public class RunFolderNamesTests
{
    private static readonly Type[] s_owners = [typeof(RunFolder), typeof(CheckpointFiles)];

    /// <summary>Who writes such a name all the same, and why.</summary>
    private static readonly (string Source, string Name, string Why)[] s_exempt =
    [
        ("src/HubertSharp.Runs/Doctor/LogFiles.cs", RunFolder.ConfigName, "Hydra's and Lightning's, beside logs of theirs"),
        ("src/HubertSharp/Interop/HuggingFace/HuggingFaceReader.cs", CheckpointFiles.Weights, "Hugging Face's"),
        ("src/HubertSharp.Runs/Configuration/Groups/CheckpointConfig.cs", RunFolder.CheckpointsName, "the unit of what is kept"),
        ("src/HubertSharp.Cli/Verbs/ConvertVerb.cs", CheckpointFiles.Weights, "Hugging Face's"),
    ];

    private static string[] Names =>
    [
        .. s_owners.SelectMany(owner => owner.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(f => f.IsLiteral && f.FieldType == typeof(string)).Select(f => (string)f.GetRawConstantValue()!),
    ];

    [Fact]
    public void Names_stand_in_one_place()
    {
        var found = SourceTree.Here.Sources.Where(file => !s_owners.Any(owner => file.Path.EndsWith($"/{owner.Name}.cs",
            StringComparison.Ordinal))).SelectMany(Uses).ToArray();
        Assert.Empty(found.Where(use => !s_exempt.Any(e => (e.Source, e.Name) == (use.Source, use.Name)))
            .Select(use => $"{use.Source}:{use.Line}: '{use.Name}' as a literal; "
                + $"{string.Join(" and ", s_owners.Select(o => o.Name))} name it"));
        Assert.All(s_exempt, e => Assert.Contains(found, use => (use.Source, use.Name) == (e.Source, e.Name))); // none that is not needed
    }

    [Theory]
    [InlineData("\"config.yaml\"", true)]
    [InlineData("$\"the folder has no config.yaml: {1}\"", true)]
    [InlineData("\"my_config.yaml\"", false)]
    [InlineData("\"RUN/checkpoints/\"", true)]
    [InlineData("\"older checkpoints count\"", false)]
    [InlineData("$\"update_{1}\"", true)]
    [InlineData("\"update_*\"", true)]
    [InlineData("\"update_freq\"", false)]
    [InlineData("1; // config.yaml", false)]
    public void A_name_is_seen(string expression, bool isSeen) =>
        Assert.Equal(isSeen, Uses(new SourceFile("src/P/A.cs", $"class A {{ object o = {expression}\n; }}")).Any());

    private static IEnumerable<(string Source, int Line, string Name)> Uses(SourceFile file) =>
        from token in file.Root.DescendantTokens()
        where token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.Utf8StringLiteralToken or SyntaxKind.InterpolatedStringTextToken
            or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken
        from name in Names
        where Regex.IsMatch(token.ValueText, Pattern(name))
        select (file.Path, token.GetLocation().GetLineSpan().StartLinePosition.Line + 1, name);

    // a file's name as a word anywhere; a folder's only as part of a path, because it is an English word or begins other names
    private static string Pattern(string name) => name.Contains('.', StringComparison.Ordinal) ? $@"(?<![\w.-]){Regex.Escape(name)}(?!\w)"
        : name.EndsWith('_') ? $@"(?:^|/){name}(?:\d|\*|$)" : $@"(?:^|/){name}(?:/|$)";
}
