using HubertSharp.Evaluation.Probe;
using HubertSharp.Interop;
using HubertSharp.Probing;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Probing;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tests.Cli;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Probing;

/// <summary>Probes of a small made corpus and a tiny model: what is learnt, compared, drawn, resumed and refused.</summary>
public sealed class ProbingRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notices = [];

    public ProbingRunTests()
    {
        SmallCorpus.Write(_folder.At("data"), trainUtterances: 12, validUtterances: 12);
        var lines = File.ReadAllLines(At("valid.tsv"));
        File.WriteAllLines(At("test.tsv"), [lines[0], .. lines[7..]]);
        File.WriteAllLines(At("valid.tsv"), lines[..7]);
        foreach (var split in (string[])["train", "valid", "test"])
            File.WriteAllLines(At($"{split}.spk"), Names(split).Select((name, i) => $"{name}\tvoice{i % 2}"));
    }

    private static string Model => Fixtures.At(Fixtures.Matching("hubert_tiny_*")[0], "checkpoint_last.pt");

    private ProbingOptions Options => new()
    {
        Task = ProbeTask.Phone,
        TrainManifests = [At("train.tsv")],
        ValidManifests = [At("valid.tsv")],
        TestManifests = [At("test.tsv")],
        ReferencePath = At("alignment.tsv"),
        Mfcc = true,
        Steps = 30,
        LearningRates = [0.01],
        Out = _folder.At("out"),
    };

    [Fact]
    public void Phones_of_frames_are_learnt_beside_rivals_and_drawn()
    {
        var report = ProbingRun.Run(Options with { Models = [new ModelSpec(Model, [])], Untrained = true, Normalize = true, Fbank = true });
        Assert.Equal(["mfcc", "fbank", "trained", "random"], report.Rows.Select(row => row.Kind));
        Assert.True(report.Rows[0].Test.Value > report.Majority + 0.2, $"{report.Rows[0].Test.Value} for {report.Majority}");
        Assert.Equal(7, report.Classes); // six syllables and silence
        var trained = report.Rows[2];
        Assert.Equal(["mfcc", "fbank", report.Rows[3].Features], trained.Differences.Select(d => d.Than));
        Assert.Equal(trained.Test.Value - report.Rows[0].Test.Value, trained.Differences[0].Paired.Difference, 1e-12);
        Assert.Equal(1, trained.LayerWeights.Sum(w => w.Share), 1e-5);
        Assert.Equal(Enumerable.Range(0, ModelReader.Describe(Model).Model.EncoderLayers + 1), trained.LayerWeights.Select(w => w.Layer));
        Assert.Single(trained.Test.Intervals); // six utterances, two speakers
        Assert.Equal(report.Rows[0].Test.Value, (double)report.Rows[0].Count / report.Rows[0].Of);

        var run = Path.Combine(Options.Out, "mfcc");
        var told = Assert.Throws<UserException>(() => ConfigLoader.LoadAnyRun(Path.Combine(run, RunFolder.ConfigName))).Message;
        Assert.Contains("this is a configuration of a probe", told, StringComparison.Ordinal);
        Assert.Equivalent(report, ReportJson.Read<ProbingReport>(Path.Combine(Options.Out, ProbingReport.FileName)));
        var page = File.ReadAllText(Path.Combine(Options.Out, ProbingReport.PageName));
        Assert.Contains("<polyline", page, StringComparison.Ordinal);
        Assert.Contains("random weights", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProbeTask.Speaker), InlineData(ProbeTask.CtcPhone)]
    public void Others_are_learnt_too(ProbeTask task)
    {
        var report = ProbingRun.Run(Options with { Task = task, LearningRates = [0.001, 0.03], Steps = 60 });
        var row = report.Rows[0];
        if (task == ProbeTask.Speaker)
            Assert.Equal(1, row.Test.Value);
        else
            Assert.True(row.Test.Value < 0.5, $"{row.Test.Value}");
        Assert.Equal(report.IsErrorRate, task == ProbeTask.CtcPhone);
        Assert.Equal(2, Directory.GetDirectories(Options.Out, "mfcc-lr*").Length);
        Assert.Empty(row.LayerWeights);
    }

    [Fact]
    public void Labels_without_times_are_those_of_an_alignment()
    {
        var options = Options with { Task = ProbeTask.Speaker, Steps = 5 };
        var names = options with
        {
            ReferencePath = null,
            LabelPaths = [At("train.spk"), At("valid.spk"), At("test.spk")],
            Out = _folder.At("files"),
        };
        File.WriteAllLines(At("utt2spk"), ((string[])["train", "valid", "test"]).SelectMany(s => File.ReadAllLines(At($"{s}.spk"))));
        var together = names with { LabelPaths = [At("utt2spk")], Out = _folder.At("together") };
        Assert.Equivalent(ProbingRun.Run(options), ProbingRun.Run(names));
        Assert.Equivalent(ProbingRun.Run(options), ProbingRun.Run(together));
    }

    /// <summary>Whether features are kept, and how often a run was stopped, changes no number.</summary>
    [Fact]
    public void A_stopped_probe_goes_on_and_needs_no_memory_for_features()
    {
        var options = Options with { Task = ProbeTask.CtcPhone, Steps = 20, Models = [new ModelSpec(Model, [0, 1])], Mfcc = false };
        var whole = ProbingRun.Run(options);
        var stopped = options with { Out = _folder.At("stopped"), CacheBytes = 100_000 };
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => ProbingRun.Run(stopped, _ => new At7(stop), _notices.Add, stop.Token));
        Assert.Contains(_notices, n => n.Contains("fit into", StringComparison.Ordinal));
        _notices.Clear();
        var resumed = ProbingRun.Run(stopped, notice: _notices.Add);
        Assert.Contains(_notices, n => n.StartsWith("going on from update", StringComparison.Ordinal));
        Assert.Equivalent(whole, resumed);
        _notices.Clear();
        Assert.Equivalent(whole, ProbingRun.Run(stopped, notice: _notices.Add)); // nothing is left to train
    }

    [Fact]
    public void Hidden_states_are_the_layers_and_what_the_first_is_given()
    {
        var portable = ModelReader.Read(Model);
        using var model = portable.Build(HubertSharp.Tensors.ComputePrecision.Float32);
        using var scope = NewDisposeScope();
        var clip = Enumerable.Range(0, 8000).Select(i => (float)Math.Sin(i * 0.1)).ToArray();
        var (states, layers) = (model.HiddenStates(clip), model.ExtractLayers(clip));
        Assert.Equal(layers.Count + 1, states.Count);
        for (var i = 0; i + 1 < layers.Count; i++)
            Assert.True(states[i + 1].equal(layers[i]).all().item<bool>());
        Assert.True(states[^1].equal(model.ExtractFeatures(clip)).all().item<bool>()); // normalised where layers are normalised first
        Assert.False(states[0].equal(states[1]).all().item<bool>());
    }

    [Fact]
    public void Bad_input_is_told_in_one_line()
    {
        string Fault(ProbingOptions options)
        {
            var message = Assert.Throws<UserException>(() => ProbingRun.Run(options with { Out = _folder.At("fault") })).Message;
            Assert.DoesNotContain('\n', message);
            return message;
        }
        void Write(string name, IEnumerable<string> labels) =>
            File.WriteAllLines(At(name), Names("train").Zip(labels, (n, l) => $"{n} {l}"));
        var files = Options with
        {
            Task = ProbeTask.Keyword,
            ReferencePath = null,
            LabelPaths = [At("a"), At("valid.spk"), At("test.spk")],
        };

        Assert.Contains("is in two splits", Fault(Options with { TestManifests = [At("train.tsv")] }), StringComparison.Ordinal);
        Assert.Contains("nothing to choose one on", Fault(Options with { LearningRates = [1, 2], ValidManifests = [] }),
            StringComparison.Ordinal);
        Assert.Contains("has several labels", Fault(Options with { Task = ProbeTask.Utterance }), StringComparison.Ordinal);
        Write("a", Enumerable.Repeat("yes", 12));
        Assert.Contains("one class alone cannot be told from others", Fault(files), StringComparison.Ordinal);
        Write("a", Enumerable.Range(0, 12).Select(i => i % 2 == 0 ? "voice0" : "no"));
        Assert.Contains("--count-unseen", Fault(files), StringComparison.Ordinal);
        Assert.Equal(3, ProbingRun.Run(files with { Steps = 2, CountUnseen = true }).Rows[0].Of - 3);
        Write("a", Enumerable.Repeat("", 12));
        Assert.Contains("has no label", Fault(files), StringComparison.Ordinal);
        Assert.Contains("--labels does not go with the manifests", Fault(files with { LabelPaths = [At("a"), At("a")] }),
            StringComparison.Ordinal);
        Write("a", Enumerable.Repeat(string.Join(' ', Enumerable.Repeat("x", 2000)), 12));
        Assert.Contains("fewer frames of mfcc than CTC needs", Fault(files with { Task = ProbeTask.CtcPhone }), StringComparison.Ordinal);
        File.WriteAllLines(At("frames.tsv"), ((string[])["train", "valid", "test"]).SelectMany(Names).Select(n => $"{n}\ta,b,a,b"));
        Assert.Contains("much shorter", Fault(Options with { ReferencePath = At("frames.tsv") }), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(_folder.At("foreign")).FullName, ProbingReport.PageName), "mine");
        Assert.Throws<UserException>(() => ProbingRun.Run(Options with { Out = _folder.At("foreign") }));
    }

    public void Dispose() => _folder.Dispose();

    private string At(string name) => Path.Combine(_folder.At("data"), name);

    private IEnumerable<string> Names(string split) =>
        File.ReadAllLines(At($"{split}.tsv")).Skip(1).Select(line => line.Split('\t')[0].Split('.')[0]);

    /// <summary>Cancels at the seventh step.</summary>
    private sealed class At7(CancellationTokenSource stop) : IProgress<StageProgress>
    {
        public void Report(StageProgress value)
        {
            if (value is { Unit: "steps", Done: 7 })
                stop.Cancel();
        }
    }
}
