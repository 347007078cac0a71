using HubertSharp.Audio;
using HubertSharp.Features;
using HubertSharp.Features.Hubert;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Runs.Manifests;
using HubertSharp.SpeechTokenizer.Training;
using HubertSharp.Tensors;
using HubertSharp.Tests.Models;

namespace HubertSharp.Tests.SpeechTokenizer.Training;

/// <summary>A tokenizer's teacher in any form, and any of its layers, or several as one.</summary>
public sealed class TeacherDumpTests : IDisposable
{
    private const string Fixture = "hubert_tiny_base";

    private readonly TemporaryFolder _folder = new();
    private readonly TinyModel _tiny = new(Fixture);
    private readonly List<string> _notices = [];

    public TeacherDumpTests() => new Manifest(Path.GetDirectoryName(_tiny.WavePaths[0])!,
        [.. _tiny.WavePaths.Select(path => new ManifestEntry(Path.GetFileName(path), AudioFile.Probe(path).LengthSamples16k))])
        .Write(_folder.At("train.tsv"));

    [Fact]
    public void Layers_means_and_sums_of_a_fairseq_model_are_those_of_its_hidden_states()
    {
        var teacher = Fixtures.At(Fixture, "checkpoint_init.pt");
        using var oneThread = TorchRuntime.SingleThreaded(); // as a dump computes
        var states = new HubertFeatureExtractor(_tiny.Model).HiddenStates(AudioFile.Read(_tiny.WavePaths[0]));
        Assert.Equal(states[2], Features(teacher, "2"));
        Assert.Equal([.. Enumerable.Range(0, states[0].Length).Select(i => states.Aggregate(0f, (sum, state) => sum + state[i])
            / states.Count)], Features(teacher, "avg"));
        Assert.Equal([.. Enumerable.Range(0, states[0].Length).Select(i => (0.25f * states[0][i]) + (0.75f * states[2][i]))],
            Features(teacher, "0:0.25,2:0.75"));
        Assert.Equal(3, _notices.Count);
        Features(teacher, "2:0.75,0:0.25"); // the same, which is there
        Assert.Equal(3, _notices.Count);
    }

    [Fact]
    public void A_Hugging_Face_model_of_the_same_weights_teaches_the_same()
    {
        foreach (var layer in (string[])["1", "avg"])
        {
            var (one, other) = (Features(Fixtures.At(Fixture, "checkpoint_init.pt"), layer), Features(Fixtures.At(Fixture, "hf"), layer));
            Assert.All(one.Zip(other), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        }
    }

    [Theory]
    [InlineData("9")]
    [InlineData("1:0.5,9:0.5")]
    public void A_layer_that_the_teacher_does_not_have_is_refused(string layer)
    {
        var fault = Assert.Throws<UserException>(() => Features(Fixtures.At(Fixture, "hf"), layer)).Message;
        Assert.Contains("no such layer of the teacher", fault, StringComparison.Ordinal);
        Assert.Contains($"'{layer}'", fault, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _tiny.Dispose();
        _folder.Dispose();
    }

    /// <summary>Of the first utterance.</summary>
    private float[] Features(string teacher, string layer)
    {
        var config = ConfigLoader.Load<TokenizerTrainingConfig>("tokenizer_small_cpu", ["task.data=data", $"task.teacher={teacher}",
            "checkpoint.save_dir=r", $"task.teacher_layer={layer}", "common.bf16=false"]).Value;
        TeacherDump.Ensure(config, [_folder.At("train.tsv")], _folder.At("teacher"), _notices.Add, CancellationToken.None);
        using var dump = FeatureDumpReader.Open(_folder.At("teacher"), "train");
        return dump.ReadUtterance(0);
    }
}
