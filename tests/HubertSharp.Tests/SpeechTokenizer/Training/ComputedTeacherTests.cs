using HubertSharp.Distributed;
using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Runs.Manifests;
using HubertSharp.SpeechTokenizer.Training;
using HubertSharp.Tests.Pretraining;
using HubertSharp.Tests.Training;
using HubertSharp.Training;

namespace HubertSharp.Tests.SpeechTokenizer.Training;

/// <summary>A teacher that is asked as recordings are read, beside one whose features lie in the run folder.</summary>
public sealed class ComputedTeacherTests : IDisposable
{
    private const string Computed = "task.cache_teacher=false";

    private static readonly string s_hubert = Fixtures.At("hubert_tiny_base", "hf");

    private readonly TinyTokenizerRun _run = new();

    [Theory]
    [InlineData("avg", 2)]
    [InlineData("0:0.25,2:0.75", 0)]
    [InlineData(null, 3)]
    public void A_training_ends_with_the_bits_of_one_with_a_cache_wherever_it_was_stopped(string? layer, int workers)
    {
        var config = Config(layer, $"dataset.num_workers={workers}");
        Train(config, "cached");
        var computed = Config(layer, $"dataset.num_workers={workers}", Computed);
        Train(computed, "computed", new TrainingOptions { StopAfterUpdate = 1 });
        Train(computed, "computed", new TrainingOptions { StopAfterUpdate = 2 });
        Train(computed, "computed");
        Assert.Equal(Metrics("cached"), Metrics("computed"));
        Assert.Equal(_run.Tensors("cached"), _run.Tensors("computed"));
        Assert.True(Directory.Exists(_run.At("cached", "teacher")));
        Assert.False(Directory.Exists(_run.At("computed", "teacher")));
        Assert.All(_run.Lines("computed", "valid"), line => Assert.InRange(line.GetProperty("valid_distill").GetDouble(), 0.01, 10));
    }

    [Fact]
    public void A_training_goes_on_with_the_cache_and_without()
    {
        Train(Config("2"), "cached");
        Train(Config("2"), "mixed", new TrainingOptions { StopAfterUpdate = 1 });
        Train(Config("2", Computed), "mixed", new TrainingOptions { StopAfterUpdate = 2 });
        Train(Config("2"), "mixed");
        Assert.Equal(_run.Tensors("cached"), _run.Tensors("mixed"));
    }

    [Fact]
    public void Another_teacher_than_that_of_the_run_is_refused()
    {
        Train(Config("2", Computed), "run", new TrainingOptions { StopAfterUpdate = 1 });
        foreach (var layer in (string?[])["1", "avg", null])
        {
            Assert.Contains("the teacher's features of hubert, ",
                Assert.Throws<UserException>(() => Train(Config(layer, Computed), "run")).Message);
        }
    }

    [Fact]
    public async Task Two_processes_train_the_bits_of_one_with_a_cache()
    {
        Train(Config("avg", "distributed_training.reproducible=true"), "one");
        var config = Config("avg", "distributed_training.reproducible=true", Computed, "optimization.update_freq=[1]");
        using var pair = new ToyReplicas.Pair();
        Task Process(int rank) => Task.Run(() => _run.Train(config, rank == 0 ? "two" : "second", new ToyReplicas(rank, pair)));
        await Task.WhenAll(Process(0), Process(1));
        Assert.Equal(_run.Tensors("one"), _run.Tensors("two"));
        Assert.Equal(Metrics("one"), Metrics("two"));
    }

    /// <summary>Any part of any recording, of several threads at once, in any order.</summary>
    [Theory]
    [InlineData("avg")]
    [InlineData(null)]
    public void Frames_are_those_of_the_dump(string? layer)
    {
        var config = Config(layer, Computed).Value;
        var path = _run.At("train.tsv");
        TeacherDump.Ensure(config, [path], _run.At("dump"), _run.Notices.Add, CancellationToken.None);
        var manifest = Manifest.Read(path);
        using var dumped = DumpedTeacherFrames.Open(_run.At("dump"), path, manifest);
        using var teacher = TeacherExtractor.Open(config);
        using var computed = new ComputedTeacherFrames(teacher, ManifestShard.Whole(path, manifest));
        Assert.Equal((dumped.Dimensions, dumped.Frames, dumped.HashOfLengths(), dumped.Description),
            (computed.Dimensions, computed.Frames, computed.HashOfLengths(), computed.Description));
        Parallel.For(0, 16, i =>
        {
            var utterance = i % manifest.Entries.Count;
            Assert.Equal(dumped.LengthOf(utterance), computed.LengthOf(utterance));
            var first = i / manifest.Entries.Count % dumped.LengthOf(utterance);
            var (one, other) = (new float[(dumped.LengthOf(utterance) - first) * dumped.Dimensions],
                new float[(dumped.LengthOf(utterance) - first) * dumped.Dimensions]);
            dumped.Read(utterance, first, one);
            computed.Read(utterance, first, other);
            Assert.Equal(one, other);
        });
    }

    [Fact]
    public void A_rate_a_width_or_a_layer_that_does_not_fit_is_refused_before_the_first_update()
    {
        (string Setting, string Said)[] cases =
        [
            ("model.strides=[8,4,2,2]", "another rate than the tokenizer's frames"), ("model.semantic_dimension=7", "another width"),
            ("task.teacher_layer=9", "no such layer of the teacher"),
        ];
        foreach (var (setting, said) in cases)
        {
            var segment = setting.Contains("strides", StringComparison.Ordinal) ? "task.segment_size=2048" : Computed;
            var fault = Assert.Throws<UserException>(() => Train(Config("1", Computed, setting, segment), "run")).Message;
            Assert.Contains(said, fault);
            Assert.Contains(s_hubert, fault);
        }
        Assert.False(File.Exists(_run.At("run", "metrics.jsonl")));
    }

    [Fact]
    public void Features_that_are_there_are_not_computed()
    {
        var folder = Assert.Throws<UserException>(() => _run.Config(Computed)).Message; // with task.feature_dir
        Assert.Contains("task.cache_teacher", folder);
        Assert.Contains("task.feature_dir", folder);
        Assert.DoesNotContain("\n", folder.Trim());

        var list = _run.At("list.txt");
        File.WriteAllText(list, $"{_run.At("wav", "train0.wav")}\tany.npy\n");
        WriteArray(_run.At("any.npy"));
        var config = Config("1", Computed, "task.data=null", $"task.train_files={list}", $"task.valid_files={list}");
        Assert.Contains($"{list}", Assert.Throws<UserException>(() => Train(config, "listed")).Message);
        File.WriteAllText(list, $"{_run.At("wav", "train0.wav")}\n{_run.At("wav", "train2.wav")}\n");
        Train(config, "recordings");
        Assert.False(Directory.Exists(_run.At("recordings", "teacher")));
    }

    public void Dispose() => _run.Dispose();

    /// <param name="layer">Of the HuBERT; null for MFCCs.</param>
    /// <param name="overrides">Behind the others.</param>
    private ResolvedConfig<TokenizerTrainingConfig> Config(string? layer, params string[] overrides) => _run.Config(
    [
        "task.feature_dir=null", $"task.teacher={(layer is null ? TokenizerTaskConfig.Mfcc : s_hubert)}",
        $"task.teacher_layer={layer ?? "1"}", "model.strides=[8,5,4,2]", "task.segment_size=2240", "optimization.max_update=3",
        .. overrides,
    ]);

    private void Train(ResolvedConfig<TokenizerTrainingConfig> config, string name, TrainingOptions? options = null) =>
        _run.Train(config, name, Replicas.Alone, options);

    private string[] Metrics(string run) => TinyRun.WithoutClock(File.ReadAllLines(_run.At(run, "metrics.jsonl")));

    private static void WriteArray(string path)
    {
        using var array = Runs.Arrays.NpyWriter.Create(path, 2);
        array.Append(new float[6 * 2]);
        array.Complete(6);
        array.Publish();
    }
}
