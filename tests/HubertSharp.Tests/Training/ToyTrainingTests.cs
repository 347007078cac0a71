using System.Text.Json;
using HubertSharp.Distributed;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tensors;
using HubertSharp.Tests.Pretraining;
using HubertSharp.Training;
using HubertSharp.Training.Updates;

namespace HubertSharp.Tests.Training;

/// <summary>How a run lives, on a task of two parts that costs milliseconds.</summary>
public sealed class ToyTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notices = [];

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Two_parts_that_are_stopped_go_on_as_if_nothing_had_happened(bool looksLater, bool scaleLoss)
    {
        var options = new TrainingOptions { LooksLater = looksLater, ScaleLoss = scaleLoss };
        Assert.True(Train("whole", options).Finished);
        foreach (var stop in (int[])[1, 4, 5, 11])
            Assert.False(Train("stopped", options with { StopAfterUpdate = stop }).Finished);
        Assert.True(Train("stopped", options).Finished);
        Assert.Equal(Metrics("whole"), Metrics("stopped"));
        Assert.Equal(Tensors("whole"), Tensors("stopped"));
    }

    [Theory]
    [InlineData("lr_scheduler._name=tri_stage", "~lr_scheduler.warmup_updates", "lr_scheduler.phase_ratio=[0.25,0.25,0.5]")]
    [InlineData("lr_scheduler._name=cosine", "lr_scheduler.lr_period_updates=5")]
    [InlineData("lr_scheduler._name=cosine")] // one period, which ends with the run
    [InlineData("lr_scheduler=fixed", "optimization.lr=[0.05,0.02,0.01]", "lr_scheduler.force_anneal=5")]
    [InlineData("lr_scheduler._name=inverse_sqrt", "lr_scheduler.warmup_updates=3", "optimizer._name=adamw")]
    public void Every_schedule_goes_on_as_if_nothing_had_happened(params string[] overrides)
    {
        var told = new ToldRates();
        Train("whole", new TrainingOptions { Progress = told }, overrides: overrides);
        foreach (var stop in (int[])[1, 4, 6, 11])
            Train("stopped", new TrainingOptions { StopAfterUpdate = stop }, overrides: overrides);
        Train("stopped", overrides: overrides);
        Assert.Equal(Metrics("whole"), Metrics("stopped"));
        Assert.Equal(Tensors("whole"), Tensors("stopped"));
        var schedule = LearningRateSchedule.Of(Config(overrides).Value.LrScheduler);
        var lines = Lines("whole").Where(l => l.GetProperty("tag").GetString() == "train_inner").ToArray();
        Assert.True(lines.Select(l => l.GetProperty("lr").GetDouble()).Distinct().Count() > 2);
        Assert.All(lines[..^1], l => Assert.Equal(
            schedule.LearningRate(l.GetProperty("num_updates").GetInt64(), (int)Math.Ceiling(l.GetProperty("epoch").GetDouble())),
            l.GetProperty("lr").GetDouble(), 1e-15));
        var (last, lastRate) = (lines[^1].GetProperty("num_updates").GetInt64(), lines[^1].GetProperty("lr").GetDouble());
        var epoch = (int)Math.Ceiling(lines[^1].GetProperty("epoch").GetDouble());
        Assert.Equal(schedule.LastRate(last, epoch), lastRate, 1e-15);
        Assert.True(lastRate <= schedule.LearningRate(last - 1, epoch)); // no rate that would only begin behind it
        // the terminal shows what the log has
        Assert.All(lines, l => Assert.Equal(told.Rates[l.GetProperty("num_updates").GetInt64()], l.GetProperty("lr").GetDouble(), 1e-15));
    }

    private sealed class ToldRates : IProgress<TrainingStatus>
    {
        public Dictionary<long, double> Rates { get; } = [];

        public void Report(TrainingStatus value) => Rates[value.Update] = value.LearningRate;
    }

    [Fact]
    public void Another_schedule_or_optimizer_is_told_of_when_a_run_goes_on()
    {
        Train("run", new TrainingOptions { StopAfterUpdate = 6 });
        Train("run", overrides: ["lr_scheduler._name=inverse_sqrt", "optimizer._name=adamw"]);
        Assert.Contains("going on with another lr_scheduler._name=inverse_sqrt, optimizer._name=adamw "
            + "(before: lr_scheduler._name=polynomial_decay, optimizer._name=adam)", _notices);
    }

    [Fact]
    public void A_kill_between_two_checkpoints_loses_nothing_but_time()
    {
        Train("whole");
        using (var run = TrainingRun.Open(Config(), At("killed"), new TrainingOptions(), Replicas.Alone))
        using (var task = new ToyTask(Config().Value) { AfterUpdate = update => Throw(update == 7) })
            Assert.Throws<InvalidDataException>(() => TrainingLoop.Run(run, task, CancellationToken.None));
        Assert.Equal(["update_000000003", "update_000000004", "update_000000006"], Checkpoints("killed")); // at 4 is the best validation
        Assert.True(Train("killed").Finished);
        Assert.Equal(Metrics("whole"), Metrics("killed"));
        Assert.Equal(Tensors("whole"), Tensors("killed"));
    }

    [Fact]
    public void All_ways_of_an_update_give_the_same_weights()
    {
        Train("seen");
        Train("scaled", new TrainingOptions { ScaleLoss = true });
        Assert.Equal(Tensors("seen"), Tensors("scaled"));
        Train("later", new TrainingOptions { LooksLater = true });
        var later = Values("later");
        foreach (var (key, seen) in Values("seen"))
        {
            for (var i = 0; i < seen.Length; i++)
                Assert.Equal(seen[i], later[key][i], 1e-5 * Math.Max(1, Math.Abs(seen[i])));
        }
    }

    [Fact]
    public void Every_part_has_files_an_optimizer_and_metrics_of_its_own_and_the_first_has_todays()
    {
        Train("two");
        string[] files =
        [
            "discriminators.optimizer.safetensors", "discriminators.safetensors",
            "model.json", "model.safetensors", "optimizer.safetensors", "state.json",
        ];
        Assert.Equal(files, Directory.GetFiles(Last("two")).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
        var state = State("two");
        Assert.Equal(12, state.GetProperty("optimizerSteps").GetInt64());
        Assert.Equal([0], state.GetProperty("layerSkips").EnumerateArray().Select(s => s.GetInt64()));
        Assert.Equal(12, state.GetProperty("parts").GetProperty(ToyTask.Discriminator).GetProperty("optimizerSteps").GetInt64());
        var line = Lines("two").First(l => l.GetProperty("tag").GetString() == "train_inner");
        foreach (var key in (string[])["loss", "gnorm", "clip", "loss_discriminators", "gnorm_discriminators", "clip_discriminators"])
            Assert.Equal(JsonValueKind.Number, line.GetProperty(key).ValueKind);

        Train("one", parts: 1);
        Assert.False(State("one").TryGetProperty("parts", out _));
        Assert.Equal(files[2..], Directory.GetFiles(Last("one")).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
        Assert.False(Lines("one")[0].TryGetProperty("gnorm_discriminators", out _));
    }

    [Fact]
    public void A_moving_average_is_part_of_the_checkpoint()
    {
        Train("run");
        var average = Values("run").Single(v => v.Key.EndsWith("model.safetensors:average", StringComparison.Ordinal)).Value;
        var scale = Values("run").Single(v => v.Key.EndsWith("model.safetensors:scale", StringComparison.Ordinal)).Value;
        Assert.All(average, a => Assert.True(a > 0));
        Assert.NotEqual(scale, average);
    }

    [Fact]
    public void A_part_that_meets_a_bad_batch_is_skipped_alone_and_named()
    {
        // what is real concerns the discriminator only
        Train("run", task: config => new ToyTask(config) { AfterCollate = (update, batch) => Spoil(update == 5, batch.Real) });
        Assert.Contains(_notices, n => n.StartsWith($"update 5 skipped: loss of {ToyTask.Discriminator} NaN", StringComparison.Ordinal)
            && n.Contains("from row"));
        var state = State("run");
        Assert.Equal((1, 0), (state.GetProperty("skippedUpdates").GetInt64(), state.GetProperty("skippedInARow").GetInt64()));
        Assert.Equal(12, state.GetProperty("optimizerSteps").GetInt64());
        Assert.Equal(11, state.GetProperty("parts").GetProperty(ToyTask.Discriminator).GetProperty("optimizerSteps").GetInt64());
        Assert.True(Directory.Exists(Path.Combine(At("run"), "bad_batches", CheckpointFiles.NameOf(5))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bad_updates_running_are_counted_for_each_part_and_over_a_stop(bool looksLater)
    {
        var options = new TrainingOptions { Notice = _notices.Add, LooksLater = looksLater };
        ToyTask Bad(HubertConfig config) => new(config) { AfterCollate = (update, batch) => Spoil(update >= 4, batch.Real) };
        Train("run", options with { StopAfterUpdate = 6 }, task: Bad, overrides: "optimization.max_skipped_updates=5");
        Assert.Equal(3, State("run").GetProperty("parts").GetProperty(ToyTask.Discriminator).GetProperty("skippedInARow").GetInt32());
        var fault = Assert.Throws<UserException>(() => Train("run", options, task: Bad, overrides: "optimization.max_skipped_updates=5"));
        Assert.StartsWith("update 8: loss or gradients were not finite in 5 updates running", fault.Message);
    }

    [Fact]
    public void Only_the_checkpoints_that_are_asked_for_stay()
    {
        ToyTask Worse(HubertConfig config) => new(config) { ValidLoss = n => n };
        Train("run", task: Worse, overrides: "checkpoint.keep_interval_updates=2");
        // the best (first validated at 4, whose checkpoint is its own), and the newest two
        Assert.Equal(["update_000000004", "update_000000009", "update_000000012"], Checkpoints("run"));
    }

    [Fact]
    public void A_run_whose_validations_get_no_better_ends_early_and_stays_ended()
    {
        ToyTask Worse(HubertConfig config) => new(config) { ValidLoss = n => n };
        Assert.Equal(8, Train("run", task: Worse, overrides: "checkpoint.patience=1").Updates);
        Assert.Contains(_notices, n => n.Contains("checkpoint.patience"));
        var again = Train("run", task: Worse, overrides: "checkpoint.patience=1");
        Assert.Equal((8, true), (again.Updates, again.Finished));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_processes_train_what_one_would_and_the_first_alone_writes(bool reproducible)
    {
        var mode = $"distributed_training.reproducible={(reproducible ? "true" : "false")}";
        Train("one", overrides: [mode, "optimization.update_freq=[4]"]);
        await Pair("two", stop: 5, mode); // of five batches: the second update of an epoch has one, and the second process none
        await Pair("two", stop: null, mode);
        if (reproducible)
        {
            Assert.Equal(Tensors("one"), Tensors("two"));
            Assert.Equal(Metrics("one"), Metrics("two"));
        }
        else
        {
            Assert.All(Values("one").Zip(Values("two")), pair => Assert.All(pair.First.Value.Zip(pair.Second.Value),
                values => Assert.Equal(values.First, values.Second, 1e-5f)));
        }
        Assert.DoesNotContain(_notices, n => n.StartsWith("1:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_one_of_two_cannot_read_ends_both_with_a_checkpoint()
    {
        var faults = await Assert.ThrowsAsync<AggregateException>(() => Pair("two", stop: null, "", (rank, config) => new(config)
        {
            AfterCollate = (update, _) => Unreadable(update == 5 && rank == 1),
        }));
        Assert.All(faults.InnerExceptions, fault => Assert.Contains("no such recording", fault.Message));
        Assert.Contains(faults.InnerExceptions, fault => fault.Message.StartsWith("rank 1 on ", StringComparison.Ordinal));
        Assert.Equal(4, State("two").GetProperty("update").GetInt64());
    }

    [Fact]
    public async Task Weights_that_differ_end_both()
    {
        var faults = await Assert.ThrowsAsync<AggregateException>(() => Pair("two", stop: null, "", (rank, config) =>
        {
            ToyTask? toy = null;
            return toy = new(config)
            {
                AfterUpdate = update =>
                {
                    if (update == 4 && rank == 1)
                        toy!.Parts[0].Parameters.Masters.fill_(Scalars.Of(2));
                },
            };
        }));
        Assert.All(faults.InnerExceptions, fault => Assert.Contains("rank 1 on ", fault.Message));
        Assert.All(faults.InnerExceptions, fault => Assert.Contains("what update 4 made of the weights", fault.Message));
    }

    [Fact]
    public async Task Data_that_one_process_finds_changed_end_both_before_the_next_checkpoint()
    {
        var faults = await Assert.ThrowsAsync<AggregateException>(() => Pair("two", stop: null, "", (rank, config) =>
        {
            var done = 0L;
            return new(config) { AfterUpdate = update => done = update, Data = () => done > 4 && rank == 1 ? "9 rows" : "10 rows" };
        }));
        Assert.All(faults.InnerExceptions, fault => Assert.Contains("rank 1 on ", fault.Message));
        Assert.All(faults.InnerExceptions, fault => Assert.Contains("9 rows", fault.Message));
        Assert.Equal(4, State("two").GetProperty("update").GetInt64());
    }

    [Fact]
    public async Task Data_that_nobody_can_read_any_more_do_not_end_a_run()
    {
        await Pair("two", stop: null, "", (_, config) =>
        {
            var done = 0L;
            return new(config)
            {
                AfterUpdate = update => done = update,
                Data = () => done > 4 ? throw new FileNotFoundException("the disk is gone") : "10 rows",
            };
        });
        Assert.Equal(12, State("two").GetProperty("update").GetInt64());
    }

    [Fact]
    public async Task The_times_of_both_are_kept_with_every_line_of_the_log_and_go_on_with_the_run()
    {
        await Pair("two", stop: 5, "");
        await Pair("two", stop: null, "");
        var lines = RankTimesFile.Read(Path.Combine(At("two"), "ranks", "times.jsonl"));
        Assert.Equal([2, 4, 6, 8, 10, 12], lines.Select(line => line.Update));
        Assert.All(lines, line => Assert.Equal(2, line.Ranks.Count));
        Assert.All(lines.SelectMany(line => line.Ranks), rank =>
        {
            Assert.True(rank.Forward > 0, $"{rank}");
            Assert.True(rank.Works + rank.Waiting <= rank.Wall + 1e-5, $"{rank}"); // they are rounded
        });
        Assert.All(lines, line => Assert.Contains(line.Ranks, rank => rank.Backward > 0)); // one of them may have no micro-batch
    }

    // two processes with half the micro-batches each
    private async Task Pair(string name, int? stop, string mode, Func<int, HubertConfig, ToyTask>? task = null)
    {
        using var pair = new ToyReplicas.Pair();
        var config = Config([.. mode.Length > 0 ? (string[])[mode] : [], "optimization.update_freq=[2]"]);
        var both = Enumerable.Range(0, 2).Select(rank => Task.Run(() =>
        {
            var options = new TrainingOptions { StopAfterUpdate = stop, Notice = text => _notices.Add($"{rank}: {text}") };
            var replicas = new ToyReplicas(rank, pair);
            using var run = TrainingRun.Open(config, At(name), options, replicas);
            using var toy = task?.Invoke(rank, config.Value) ?? new ToyTask(config.Value, replicas: replicas);
            TrainingLoop.Run(run, toy, CancellationToken.None);
        })).ToArray();
        try
        {
            await Task.WhenAll(both);
        }
        catch (UserException)
        {
            throw new AggregateException(both.Where(one => one.IsFaulted).SelectMany(one => one.Exception!.InnerExceptions));
        }
    }

    private static void Unreadable(bool now)
    {
        if (now)
            throw UserException.Create("no such recording");
    }

    private static void Throw(bool now)
    {
        if (now)
            throw new InvalidDataException("killed");
    }

    private static void Spoil(bool now, float[] values)
    {
        if (now)
            values[0] = float.NaN;
    }

    private ResolvedConfig<HubertConfig> Config(params string[] overrides) => ToyTask.Config(_folder, overrides);

    private TrainingSummary Train(
        string name, TrainingOptions? options = null, int parts = 2, Func<HubertConfig, ToyTask>? task = null, params string[] overrides)
    {
        var config = Config(overrides);
        using var run = TrainingRun.Open(config, At(name), options ?? new TrainingOptions { Notice = _notices.Add }, Replicas.Alone);
        using var toy = task?.Invoke(config.Value) ?? new ToyTask(config.Value, parts);
        return TrainingLoop.Run(run, toy, CancellationToken.None);
    }

    private string At(string run) => _folder.At(run);

    private string[] Metrics(string run) => TinyRun.WithoutClock(File.ReadAllLines(Path.Combine(At(run), "metrics.jsonl")));

    private JsonElement[] Lines(string run) =>
        [.. File.ReadAllLines(Path.Combine(At(run), "metrics.jsonl")).Select(l => JsonDocument.Parse(l).RootElement)];

    private string[] Checkpoints(string run) =>
    [
        .. Directory.GetDirectories(Path.Combine(At(run), "checkpoints"), "update_*").Select(f => Path.GetFileName(f)!)
            .Order(StringComparer.Ordinal),
    ];

    private string Last(string run) => Path.Combine(At(run), "checkpoints", Checkpoints(run)[^1]);

    private JsonElement State(string run) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Last(run), "state.json"))).RootElement;

    // every tensor of the last checkpoint, by file
    private SortedDictionary<string, float[]> Values(string run) => new(Directory.GetFiles(Last(run), "*.safetensors")
        .SelectMany(f => SafetensorsFile.Read(f).Tensors.Select(t => (Key: $"{Path.GetFileName(f)}:{t.Name}", Values: t.ToSingles())))
        .ToDictionary(t => t.Key, t => t.Values), StringComparer.Ordinal);

    private List<string> Tensors(string run) =>
        [.. Values(run).Select(v => $"{v.Key} {string.Join(' ', v.Value.Select(BitConverter.SingleToInt32Bits))}")];

    public void Dispose() => _folder.Dispose();
}
