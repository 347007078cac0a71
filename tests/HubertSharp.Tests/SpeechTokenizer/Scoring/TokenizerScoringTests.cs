using System.Text.Json;
using HubertSharp.Audio;
using HubertSharp.Audio.Fidelity;
using HubertSharp.Runs;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Tokenizers;
using HubertSharp.SpeechTokenizer;
using HubertSharp.SpeechTokenizer.Scoring;
using HubertSharp.Tensors;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer.Scoring;

/// <summary>A tokenizer measured on recordings, against what each figure is defined as.</summary>
public sealed class TokenizerScoringTests : IDisposable
{
    private const int Rate = AudioFile.SampleRate, Recordings = 6;

    private readonly TemporaryFolder _folder = new();
    private readonly TokenizerModel _model = TokenizerFixtures.Made().Build(torch.CPU);
    private readonly string _manifest;

    public TokenizerScoringTests()
    {
        var lines = new List<string> { _folder.FullName };
        for (var i = 0; i < Recordings; i++)
        {
            var samples = TokenizerFixtures.Samples(9000 + (1700 * i));
            AudioFile.Write(_folder.At($"{i}.wav"), samples, Rate);
            lines.Add($"{i}.wav\t{samples.Length}");
        }
        File.WriteAllLines(_manifest = _folder.At("test.tsv"), lines);
    }

    [Fact]
    public void Figures_are_means_over_recordings_and_codes_are_counted()
    {
        var report = TokenizerScoring.Run(_model, new TokenizerScoringOptions { ModelPath = "made", ManifestPath = _manifest });
        Assert.Equal([1, 2, 3], report.Reconstructions.Select(row => row.Quantizers)); // 1, 2 and all
        Assert.Equal(Recordings, report.Utterances);
        var all = report.Reconstructions[^1];
        using var oneThread = TorchRuntime.SingleThreaded(); // as those who score: another order of sums may choose another code
        var expected = Enumerable.Range(0, Recordings).Select(i =>
        {
            var samples = AudioFile.Read(_folder.At($"{i}.wav"));
            using var scope = torch.NewDisposeScope();
            var copy = _model.Decode(_model.Encode(torch.tensor(samples, [1, 1, samples.Length]))).data<float>().ToArray();
            return SpeechFidelity.Of(new FidelityOriginal(Doubles(samples), Rate), Doubles(copy[..samples.Length]));
        }).ToList();
        Assert.Equal(expected.Average(one => one.Stoi), all.Figures[TokenizerFigures.Stoi].Value, 1e-6);
        Assert.Equal(expected.Average(one => one.SiSdrDb), all.Figures[TokenizerFigures.SiSdr].Value, 1e-4);
        Assert.Equal(expected.Average(one => one.Mel.Average()), all.Figures[TokenizerFigures.Mel].Value, 1e-5);
        var interval = all.Figures[TokenizerFigures.Mel].Intervals.Single();
        Assert.Equal((ResampledUnit.Utterances, Recordings), (interval.Over, interval.Units));
        Assert.InRange(all.Figures[TokenizerFigures.Mel].Value, interval.Low, interval.High);
        Assert.DoesNotContain(TokenizerFigures.WordErrors, all.Figures.Keys);

        var config = _model.Config;
        foreach (var book in report.Codebooks)
        {
            var counts = Codes(book.Quantizer).SelectMany(codes => codes).CountBy(code => code).Select(pair => (double)pair.Value).ToList();
            var entropy = counts.Sum(count => -count / counts.Sum() * Math.Log2(count / counts.Sum()));
            Assert.Equal(counts.Count, book.Used);
            Assert.Equal(entropy, book.EntropyBits.Value, 1e-9);
            Assert.Equal(Math.Pow(2, entropy), book.Perplexity, 1e-6);
            Assert.Equal(entropy * Rate / config.Hop, book.EntropyBitsPerSecond, 1e-6);
            Assert.InRange(book.EntropyBits.Value, book.EntropyBits.Intervals[0].Low, book.EntropyBits.Intervals[0].High);
        }
        Assert.Equal(2 * Math.Log2(config.CodebookSize) * Rate / config.Hop, report.Reconstructions[1].BitsPerSecond, 1e-6);
        Assert.True(report.EncodeRealTimeFactor > 0 && all.DecodeRealTimeFactor > 0);
    }

    [Fact]
    public void Codes_tell_all_of_themselves_and_their_segments_are_told_apart()
    {
        var frameRate = (double)Rate / _model.Config.Hop;
        File.WriteAllLines(_folder.At("own.km"), Codes(1).Select(codes => string.Join(' ', codes)));
        File.WriteAllLines(_folder.At("fast.km"),
            Codes(1).Select(codes => string.Join(' ', codes.SelectMany(code => new[] { code, code }))));
        // a segment is a stretch of frames that is said twice by each of two speakers
        File.WriteAllLines(_folder.At("times.ctm"), Enumerable.Range(0, Recordings).SelectMany(i =>
            Enumerable.Range(0, 8).Select(k => FormattableString.Invariant($"{i} 1 {k * 0.07:0.00} 0.07 {"ab"[k % 2]}"))));
        var options = new TokenizerScoringOptions
        {
            ModelPath = "made",
            ManifestPath = _manifest,
            Quantizers = [1],
            LabelsPath = _folder.At("own.km"),
        };
        var own = Assert.Single(TokenizerScoring.Run(_model, options).FirstQuantizer);
        Assert.Equal(("labels", 1.0), (own.Against, own.Purity.Value));
        Assert.Equal(1, own.Pnmi!.Value, 1e-5);
        var fast = Assert.Single(TokenizerScoring.Run(_model,
            options with { LabelsPath = _folder.At("fast.km"), LabelRate = 2 * frameRate })
            .FirstQuantizer);
        Assert.Equal(own.Pnmi.Value, fast.Pnmi!.Value, 1e-6);
        var timed = TokenizerScoring.Run(_model,
            options with { LabelsPath = null, ReferencePath = _folder.At("times.ctm") }).FirstQuantizer;
        Assert.Equal("reference", Assert.Single(timed).Against);
        Assert.InRange(timed[0].Pnmi!.Value, 0, 1);
        Assert.InRange(timed[0].AbxWithin!.Value, 0, 1);
        // labels that are the codes tell of the reference what the codes tell
        var both = TokenizerScoring.Run(_model, options with { ReferencePath = _folder.At("times.ctm") });
        Assert.Equal(both.FirstQuantizer[0].Pnmi!.Value, Assert.Single(both.TeacherClusters).Pnmi!.Value, 1e-9);
    }

    [Fact]
    public void A_program_of_the_users_adds_a_figure()
    {
        Program("sizes.sh", "#!/bin/sh\n[ -s \"$1\" ] && [ -s \"$2\" ] || exit 3\nstat -c %s \"$2\"\n");
        Program("fails.sh", "#!/bin/sh\necho it does not know this >&2\nexit 3\n");
        Program("words.sh", "#!/bin/sh\necho good\n");
        var options = new TokenizerScoringOptions
        {
            ModelPath = "made",
            ManifestPath = _manifest,
            Quantizers = [1, 3],
            OutputFolder = _folder.At("out"),
        };
        TokenizerReport Run(string given) => TokenizerScoring.Run(_model, options with { Measures = [ExternalMeasure.Parse(given)!] });
        var report = Run($"bytes={_folder.At("sizes.sh")}");
        var figure = report.Reconstructions[^1].Figures["bytes"];
        Assert.Equal(44 + (2 * Enumerable.Range(0, Recordings).Average(i => 9000 + (1700 * i))), figure.Value, 1e-6); // WAV of 16 bits
        Assert.NotEmpty(figure.Intervals);
        Assert.Contains("<td>bytes</td>", File.ReadAllText(_folder.At("out", TokenizerReport.PageName)), StringComparison.Ordinal);
        Assert.Contains("it does not know this", Assert.Throws<UserException>(() => Run($"a={_folder.At("fails.sh")}")).Message,
            StringComparison.Ordinal);
        Assert.Contains("found 'good'", Assert.Throws<UserException>(() => Run($"a={_folder.At("words.sh")}")).Message,
            StringComparison.Ordinal);
        Assert.Contains("cannot be started", Assert.Throws<UserException>(() => Run($"a={_folder.At("none.sh")}")).Message,
            StringComparison.Ordinal);
        Assert.All(new[] { "pesq", "=x", "a b=x", "stoi=x", "mel512=x", "a=" }, given => Assert.Null(ExternalMeasure.Parse(given)));
    }

    /// <summary>Neither one that never ends nor one that leaves something behind which keeps its output open.</summary>
    [Theory]
    [InlineData("sleep 600")]
    [InlineData("yes 3")]
    [InlineData("sleep 20 &\necho 3")]
    public void A_program_that_does_not_end_is_ended(string does)
    {
        Program("hangs.sh", $"#!/bin/sh\n{does}\n");
        var hanging = new ExternalMeasure("a", _folder.At("hangs.sh")) { Limit = TimeSpan.FromSeconds(0.5) };
        var fault = Assert.Throws<UserException>(() => hanging.Of("original.wav", "copy.wav", "speech", CancellationToken.None));
        Assert.Contains("no end within 0.5 s", fault.Message, StringComparison.Ordinal);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.1));
        var patient = new ExternalMeasure("a", _folder.At("hangs.sh"));
        Assert.ThrowsAny<OperationCanceledException>(() => patient.Of("original.wav", "copy.wav", "speech", stop.Token));
    }

    [Fact]
    public void A_folder_gets_figures_pages_and_recordings_and_keeps_what_is_not_ours()
    {
        var options = new TokenizerScoringOptions
        {
            ModelPath = "made",
            ManifestPath = _manifest,
            Quantizers = [3, 1],
            OutputFolder = _folder.At("out"),
            Examples = 2,
        };
        TokenizerScoring.Run(_model, options);
        Assert.Equal(
            ["01-original.flac", "01-quantisers-1.flac", "01-quantisers-3.flac", "02-original.flac", "02-quantisers-1.flac",
                "02-quantisers-3.flac"],
            Directory.GetFiles(_folder.At("out", "audio")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.Equal(AudioFile.Read(_folder.At("1.wav")), AudioFile.Read(_folder.At("out", "audio", "01-original.flac")));
        using (var json = JsonDocument.Parse(File.ReadAllText(_folder.At("out", TokenizerReport.FileName))))
            Assert.Equal(2, json.RootElement.GetProperty("reconstructions").GetArrayLength());
        TokenizerScoring.Run(_model, options); // over its own
        File.WriteAllText(_folder.At("out", TokenizerReport.PageName), "mine");
        Assert.Contains("stays", Assert.Throws<UserException>(() => TokenizerScoring.Run(_model, options)).Message);
        Assert.Equal("mine", File.ReadAllText(_folder.At("out", TokenizerReport.PageName)));
    }

    [Fact]
    public void What_cannot_be_measured_is_one_line()
    {
        string Fault(Func<TokenizerScoringOptions, TokenizerScoringOptions> with) => Assert.Throws<UserException>(() =>
            TokenizerScoring.Run(_model, with(new TokenizerScoringOptions { ModelPath = "made", ManifestPath = _manifest }))).Message;
        Assert.Contains("--quantizers: no such number of quantisers (expected numbers from 1 to 3, found 4)",
            Fault(options => options with { Quantizers = [1, 4] }));
        File.WriteAllText(_folder.At("short.km"), "1 2 3\n");
        Assert.Contains("short.km", Fault(options => options with { LabelsPath = _folder.At("short.km") }));
        File.Delete(_folder.At("3.wav"));
        Assert.Contains("3.wav", Fault(options => options));
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    private void Program(string name, string text)
    {
        File.WriteAllText(_folder.At($"{name}.text"), text);
        ExecutableFile.Install(_folder.At($"{name}.text"), _folder.At(name));
    }

    private IEnumerable<long[]> Codes(int quantizer) => Enumerable.Range(0, Recordings).Select(i =>
    {
        var samples = AudioFile.Read(_folder.At($"{i}.wav"));
        using var scope = torch.NewDisposeScope();
        return _model.Encode(torch.tensor(samples, [1, 1, samples.Length]))[quantizer - 1].data<long>().ToArray();
    });

    private static double[] Doubles(float[] samples) => Array.ConvertAll(samples, sample => (double)sample);
}
