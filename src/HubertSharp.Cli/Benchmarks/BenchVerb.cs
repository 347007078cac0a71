using System.CommandLine;

namespace HubertSharp.Cli.Benchmarks;

/// <summary><c>hubert bench step|mfcc|kmeans|extract|tokenizer</c>: speed and memory of one stage on this machine.</summary>
internal static class BenchVerb
{
    public static Command Create() =>
        new("bench", "Measure the speed and the memory of one stage on this machine.")
        {
            BenchStepVerb.Create(), BenchMfccVerb.Create(), BenchKMeansVerb.Create(), BenchExtractVerb.Create(),
            BenchTokenizerVerb.Create(),
        };

    public static Option<int> Repeat() =>
        new("--repeat") { Description = "Runs, of which the first and the best are told.", DefaultValueFactory = _ => 3 };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON instead of lines." };
}
