using HubertSharp.Cli;
using HubertSharp.Tests.Cli;

namespace HubertSharp.Tests.Pipelines.Tokenizers;

/// <summary>
/// What a recipe with <c>start</c> says before its first stage; how it goes on from a pipeline is in <c>PipelineTests</c>.
/// </summary>
public sealed class StartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("nothing-there", "found nothing")]
    [InlineData("begun", "found a folder without report/report.json")]
    public void A_pipeline_that_has_not_come_to_its_end_is_none_to_go_on_from(string name, string found)
    {
        Directory.CreateDirectory(_folder.At("begun", "stages"));
        using var process = HubertProcess.Start(["pipeline", "tokenizer-zh-en", $"start={_folder.At(name)}", "--out", _folder.At("out")]);
        var result = process.WaitForEnd();
        Assert.Equal(CommandHost.UserFault, result.ExitCode);
        Assert.Contains("no pipeline to go on from", result.Error, StringComparison.Ordinal);
        Assert.Contains(found, result.Error, StringComparison.Ordinal);
        Assert.Contains("hubert pipeline small-cpu", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("out")));
    }

    public void Dispose() => _folder.Dispose();
}
