using HubertSharp.Cli;

namespace HubertSharp.Tests.Cli.Verbs.Texts;

[Collection("alone")]
public sealed class LmVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_model_is_trained_turned_into_the_mapped_form_and_scored()
    {
        _folder.Write("text.txt", "今天好\n今天很好\n好天\n");
        Assert.Contains("of 2-grams", Run(CommandHost.UserFault, "lm train text.txt --unit char --order 2 --out lm.arpa").Error,
            StringComparison.Ordinal);
        Run(CommandHost.Done, "lm train text.txt --unit char --order 2 --discount-fallback --out lm.arpa");
        Run(CommandHost.Done, "lm convert lm.arpa --out lm.bin");
        var text = Run(CommandHost.Done, "lm score lm.arpa text.txt --unit char --words").Output;
        Assert.Contains("3 sentences, 9 words, 0 unknown", text, StringComparison.Ordinal);
        Assert.Equal(text, Run(CommandHost.Done, "lm score lm.bin text.txt --unit char --words").Output);
        Assert.Contains("the model knows no word of the text", Run(CommandHost.Done, "lm score lm.bin text.txt").Error,
            StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private InsideResult Run(int exitCode, string line)
    {
        var result = HubertInside.Run(_folder.FullName, line.Split(' '), untilDone: true);
        Assert.True(result.ExitCode == exitCode, $"{line}: {result.Error}");
        return result;
    }
}
