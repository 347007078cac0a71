using System.Globalization;
using System.Text.Json;
using HubertSharp.LanguageModels.Training;

namespace HubertSharp.Tests.LanguageModels.Training;

/// <summary>Models of the texts of <c>decode</c> against those that lmplz made of them: log10 to 1e-5, discounts to 1e-5.</summary>
[Trait("Part", "golden")]
public sealed class NgramTrainerGoldenTests : IDisposable
{
    private const double Tolerance = 1e-5;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Models => [.. Stats().EnumerateObject().Select(m => m.Name)];

    [Theory, MemberData(nameof(Models))]
    public void A_model_is_that_of_lmplz(string name)
    {
        var stats = Stats().GetProperty(name);
        Assert.Equal(0, stats.GetProperty("rc").GetInt32());
        var report = NgramTrainer.Run(Options(name, [.. stats.GetProperty("args").EnumerateArray().Select(a => a.GetString()!)]));
        foreach (var order in report.Orders)
        {
            var expected = stats.GetProperty("discounts").GetProperty(order.Order.ToString(CultureInfo.InvariantCulture));
            Assert.Equal(expected.GetProperty("ngrams").GetInt64(), order.Kept);
            if (expected.TryGetProperty("after_pruning_of", out var all))
                Assert.Equal(all.GetInt64(), order.Ngrams);
            Assert.Equal(expected.GetProperty("D1").GetDouble(), order.D1, Tolerance);
            Assert.Equal(expected.GetProperty("D2").GetDouble(), order.D2, Tolerance);
            Assert.Equal(expected.GetProperty("D3plus").GetDouble(), order.D3Plus, Tolerance);
        }
        Assert.Equal([report.Tokens, report.Types], stats.GetProperty("unigram_tokens").EnumerateArray().Select(n => n.GetInt64()));
        ArpaText.Equal(ArpaText.Read(Fixtures.At("decode", $"{name}.arpa")), ArpaText.Read(report.Model), Tolerance);
    }

    /// <summary>The model of letters has no statistics; the discounts that cannot be estimated are lmplz's own 0.5, 1 and 1.5.</summary>
    [Fact]
    public void A_model_of_letters_is_that_of_lmplz()
    {
        var report = NgramTrainer.Run(Options("unit3", ["-o", "3", "--discount_fallback"]));
        ArpaText.Equal(ArpaText.Read(Fixtures.At("decode", "unit3.arpa")), ArpaText.Read(report.Model), Tolerance);
    }

    public void Dispose() => _folder.Dispose();

    private static JsonElement Stats() =>
        JsonDocument.Parse(File.ReadAllText(Fixtures.At("decode", "lm_stats.json"))).RootElement.GetProperty("lmplz");

    private LmTrainingOptions Options(string name, string[] arguments)
    {
        var text = name.StartsWith("unit", StringComparison.Ordinal) ? "unit_corpus.txt"
            : name.StartsWith("small", StringComparison.Ordinal) ? "small_corpus.txt" : "corpus.txt";
        var options = new LmTrainingOptions { Texts = [Fixtures.At("decode", text)], OutputPath = _folder.At("lm.arpa") };
        for (var i = 0; i < arguments.Length; i++)
        {
            double[] numbers =
            [
                .. arguments.Skip(i + 1).TakeWhile(a => !a.StartsWith('-')).Select(a => double.Parse(a, CultureInfo.InvariantCulture)),
            ];
            options = arguments[i] switch
            {
                "-o" => options with { Order = (int)numbers[0] },
                "--prune" => options with { Prune = [.. numbers.Select(n => (long)n)] },
                "--interpolate_unigrams" => options with { InterpolateUnigrams = numbers[0] != 0 },
                "--discount_fallback" => options with { DiscountFallback = numbers.Length > 0 ? numbers : Discounts.Fallback },
                var other => throw new InvalidOperationException(other),
            };
            i += numbers.Length;
        }
        return options;
    }
}
