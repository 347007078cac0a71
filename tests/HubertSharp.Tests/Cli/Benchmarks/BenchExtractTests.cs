using HubertSharp.Cli;
using HubertSharp.Tests.Cli.Verbs;

namespace HubertSharp.Tests.Cli.Benchmarks;

[Collection("alone")]
public class BenchExtractTests
{
    [Fact]
    public void A_layer_that_the_model_does_not_have_is_one_line()
    {
        using var folder = new TemporaryFolder();
        var model = folder.At("native");
        Assert.Equal(CommandHost.Done,
            HubertInside.Run(folder.FullName, ["convert", Fixtures.At("hubert_tiny_base/hf"), model, "--to", "native"],
                untilDone: true).ExitCode);
        foreach (var layer in (string[])["0", "-1", "99"])
        {
            foreach (string[] more in (string[][])[["--here", "--path", "libtorch"], []])
            {
                var result = HubertInside.Run(folder.FullName,
                    ["bench", "extract", "--model", model, "--layer", layer, "--minutes", "0.1", .. more], untilDone: true);
                Assert.Equal(CommandHost.UserFault, result.ExitCode);
                Assert.Contains(layer, result.Error, StringComparison.Ordinal);
                Assert.Null(result.Fault());
            }
        }
    }
}
