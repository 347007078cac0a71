using HubertSharp.Cli;
using HubertSharp.Runs.Transcripts;

namespace HubertSharp.Tests.Cli.Verbs.Labels;

/// <summary><c>hubert labels text</c> by its options: what stands beside a manifest, rules over them, and what is refused.</summary>
public sealed class LabelsTextVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LabelsTextVerbTests()
    {
        _folder.Write("train.tsv", "/audio\na.wav\t16000\nb.wav\t16000\n");
        _folder.Write("train.wrd", "Room 5\n你好 ok\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Options_make_the_rules_that_lie_beside_the_labels()
    {
        Assert.Equal(CommandHost.Done, Run("--units", "mixed", "--digits", "keep", "--case", "lower"));
        Assert.Equal(["r o o m | 5 |", "你 好 | o k |"], File.ReadAllLines(_folder.At("out", "train.ltr")));
        Assert.Equal(new TextRules { Units = TextUnits.Mixed, Case = TextCase.Lower, Digits = TextPolicy.Keep },
            TextRules.Read(_folder.At("out", "text.ltr.json")));
        Assert.Equal(CommandHost.Done, Run("--rules", _folder.At("out", "text.ltr.json"), "--label", "two"));
        Assert.Equal(File.ReadAllText(_folder.At("out", "train.ltr")), File.ReadAllText(_folder.At("out", "train.two")));
    }

    [Theory]
    [InlineData("--units", "letters")] // a digit
    [InlineData("--units", "mixed", "--digits", "keep", "--transcripts", "a", "b", "c")]
    [InlineData("--digits", "keep", "--label", "../up")]
    public void What_cannot_be_done_ends_with_exit_code_1(params string[] options) =>
        Assert.Equal(CommandHost.UserFault, Run(options));

    private int Run(params string[] options)
    {
        using var error = new StringWriter();
        return CommandHost.RunAsync(HubertSharp.Cli.Program.CreateRoot(),
            ["labels", "text", "--manifest", _folder.At("train.tsv"), "--out", _folder.At("out"), .. options], error).GetAwaiter()
            .GetResult();
    }
}
