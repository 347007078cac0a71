using HubertSharp.Audio;
using HubertSharp.Features;
using HubertSharp.Features.Hubert;
using HubertSharp.Interop;
using HubertSharp.Models;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Runs.Manifests;
using HubertSharp.Tensors;
using HubertSharp.Tests.Models;

namespace HubertSharp.Tests.Features.Hubert;

public sealed class HubertDumpTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TinyModel _tiny = new(Fixtures.Matching("hubert_tiny_*")[0]);
    private readonly HubertDumpOptions _options;

    public HubertDumpTests()
    {
        HubertCheckpoint.Write(_folder.At("run", "checkpoints", "update_000000001"), _tiny.Model);
        var entries = _tiny.WavePaths.Select(path => new ManifestEntry(Path.GetFileName(path), AudioFile.Probe(path).LengthSamples16k))
            .ToList();
        new Manifest(Path.GetDirectoryName(_tiny.WavePaths[0])!, entries).Write(_folder.At("train.tsv"));
        _options = new HubertDumpOptions
        {
            ManifestPath = _folder.At("train.tsv"),
            OutputFolder = _folder.At("out"),
            ModelPath = _folder.At("run"),
            Layers = [2],
        };
    }

    public void Dispose()
    {
        _tiny.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_dump_is_the_utterances_one_by_one_and_says_what_it_is()
    {
        var result = Run(_options);

        using var dump = FeatureDumpReader.Open(_folder.At("out"), "train");
        Assert.Equal(_tiny.WavePaths.Count, dump.Utterances);
        Assert.Equal(result.Frames, dump.Frames);
        var extractor = new HubertFeatureExtractor(_tiny.Model);
        for (var i = 0; i < dump.Utterances; i++)
            Assert.Equal(Extract(extractor, i, 2), dump.ReadUtterance(i));
        var expected = extractor.Describe(2, ModelIdentity.Of(_folder.At("run", "checkpoints", "update_000000001")));
        Assert.Equal(expected, dump.Description);
        Assert.Equal(("hubert", 2, "fairseq", (double)AudioFile.SampleRate / _tiny.Model.Alignment.StrideSamples),
            (expected.Kind, expected.Layer, expected.Convention, expected.FrameRate));
    }

    [Fact]
    public void Several_layers_go_to_folders_of_their_own()
    {
        Run(_options with { Layers = [1, 2] });
        foreach (var layer in new[] { 1, 2 })
        {
            using var dump = FeatureDumpReader.Open(_folder.At("out", $"layer_{layer}"), "train");
            Assert.Equal(layer, dump.Description!.Layer);
            Assert.Equal(Extract(new HubertFeatureExtractor(_tiny.Model), 0, layer), dump.ReadUtterance(0));
        }
    }

    [Fact]
    public void Hidden_states_can_be_dumped_as_one()
    {
        var mix = LayerMix.Parse("0:0.5,2:0.25")!;
        Run(_options with { Layers = [], Mix = mix });
        var extractor = new HubertFeatureExtractor(_tiny.Model);
        using (var dump = FeatureDumpReader.Open(_folder.At("out"), "train"))
        using (TorchRuntime.SingleThreaded()) // as a dump computes
        {
            Assert.Equal(mix.Of(extractor.HiddenStates(AudioFile.Read(_tiny.WavePaths[1]))), dump.ReadUtterance(1));
            Assert.Equal((null, "sum of hidden states 0:0.5, 2:0.25"), (dump.Description!.Layer, dump.Description.Convention));
        }
        Assert.Contains("no such layer", Fault(_options with { Layers = [], Mix = LayerMix.Parse("0:0.5,99:1") }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Shards_make_up_the_whole()
    {
        Run(_options);
        Run(_options with { OutputFolder = _folder.At("parts"), Shard = new FeatureShard(0, 2) });
        Run(_options with { OutputFolder = _folder.At("parts"), Shard = new FeatureShard(1, 2) });
        using var whole = FeatureDumpReader.Open(_folder.At("out"), "train");
        using var parts = FeatureDumpReader.Open(_folder.At("parts"), "train");
        Assert.Equal(whole.Utterances, parts.Utterances);
        for (var i = 0; i < whole.Utterances; i++)
            Assert.Equal(whole.ReadUtterance(i), parts.ReadUtterance(i));
    }

    /// <summary>bfloat16 has 8 bits of mantissa: the features stay the same to two or three digits.</summary>
    [Fact]
    public void Bfloat16_is_close()
    {
        Run(_options);
        Run(_options with { OutputFolder = _folder.At("bf16"), Precision = ComputePrecision.BFloat16 });
        using var exact = FeatureDumpReader.Open(_folder.At("out"), "train");
        using var rounded = FeatureDumpReader.Open(_folder.At("bf16"), "train");
        var (x, y) = (exact.ReadUtterance(0), rounded.ReadUtterance(0));
        var error = Math.Sqrt(x.Zip(y).Sum(p => Math.Pow(p.First - p.Second, 2)) / x.Sum(v => Math.Pow(v, 2)));
        Assert.InRange(error, 1e-5, 0.1);
    }

    [Fact]
    public void Faults_name_the_place_and_leave_nothing()
    {
        Assert.Contains("the model has no such layer (expected --layer 1 to", Fault(_options with { Layers = [99] }));
        Assert.Contains("--chunk-seconds: bad value", Fault(_options with { ChunkSeconds = 0.001 }));
        Assert.Contains("no model here", Fault(_options with { ModelPath = _folder.At("nowhere") }));
        var lines = File.ReadAllLines(_folder.At("train.tsv"));
        lines[2] = lines[2].Split('\t')[0] + "\t20000";
        File.WriteAllLines(_folder.At("train.tsv"), lines);
        Assert.Contains("train.tsv:3: wrong sample count", Fault(_options));
        lines[2] = lines[2].Split('\t')[0] + "\t100";
        File.WriteAllLines(_folder.At("train.tsv"), lines);
        Assert.Contains("shorter than one 25 ms window", Fault(_options));
        Assert.Empty(Directory.Exists(_folder.At("out")) ? Directory.GetFiles(_folder.At("out")) : []);
    }

    [Fact]
    public void Cancelling_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => HubertDump.Run(_options, null, cancel.Token));
        Assert.Empty(Directory.Exists(_folder.At("out")) ? Directory.GetFiles(_folder.At("out")) : []);
    }

    private static HubertDumpResult Run(HubertDumpOptions options) => HubertDump.Run(options, null, TestContext.Current.CancellationToken);

    private static string Fault(HubertDumpOptions options) => Assert.Throws<UserException>(() => Run(options)).Message;

    private float[] Extract(HubertFeatureExtractor extractor, int utterance, int layer)
    {
        using var threads = TorchRuntime.SingleThreaded(); // as in the dump, so that sums are added in the same order
        return extractor.Extract(AudioFile.Read(_tiny.WavePaths[utterance], TestContext.Current.CancellationToken), [layer])[0];
    }
}
