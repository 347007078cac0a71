using HubertSharp.Cli;
using HubertSharp.Tests.Cli.Verbs;

namespace HubertSharp.Tests.Cli.Benchmarks;

[Collection("alone")]
public class BenchExtractTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("99")]
    public void A_layer_that_the_model_does_not_have_is_one_line(string layer)
    {
        using var folder = new TemporaryFolder();
        var inputs = VerbInputs.Make(folder.At("inputs"), folder.At("place"));
        foreach (string[] more in (string[][])[["--here", "--path", "libtorch"], []])
        {
            var result = HubertInside.Run(inputs,
                ["bench", "extract", "--model", Path.Combine(inputs, "native"), "--layer", layer, "--minutes", "0.1", .. more]);
            Assert.Equal(CommandHost.UserFault, result.ExitCode);
            Assert.Contains(layer, result.Error, StringComparison.Ordinal);
            Assert.Null(result.Fault());
        }
    }
}
