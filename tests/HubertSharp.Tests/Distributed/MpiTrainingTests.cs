using System.Text.Json;
using HubertSharp.Cli;
using HubertSharp.Features.Acoustic;
using HubertSharp.Tests.Cli;
using HubertSharp.Tests.Pretraining;
using HubertSharp.Tests.SpeechTokenizer.Training;

namespace HubertSharp.Tests.Distributed;

/// <summary>The real program in several processes that a real <c>mpirun</c> starts.</summary>
[Trait("Part", "e2e")]
[Collection("alone")]
public class MpiTrainingTests
{
    private const int Updates = 8;

    private static readonly string[] s_common =
    [
        "common.num_threads=1", "common.bf16=false", "common.log_interval=1", "dataset.validate_interval_updates=5",
        $"lr_scheduler.total_num_update={Updates}", "checkpoint.save_interval_updates=3", "model.encoder_layerdrop=0.3",
        "dataset.max_tokens=20000", // several micro-batches in an epoch
    ];

    /// <summary>
    /// 1 × 4, then 2 × 2 up to the middle and 4 × 1 from there: the same metrics and weights to the last bit. In bf16 that is so in any
    /// case.
    /// </summary>
    [Theory]
    [InlineData(4, "distributed_training.reproducible=true", "distributed_training.overlap=always")]
    [InlineData(8, "common.bf16=true", "task.labels=[km,coarse]")] // a process sums up several micro-batches of its own
    public void An_update_is_the_same_to_the_last_bit_however_many_processes_share_it(int microBatches, params string[] settings)
    {
        // the end of the first job, which is no end of the run, is an update that is validated in any case
        string[] reproducible = [.. s_common, $"dataset.validate_interval_updates={Updates / 2}", .. settings];
        string Shared(int processes) => $"optimization.update_freq=[{microBatches / processes}]";
        using var one = Larger();
        RankJob.Ends(0, RankJob.Run(one, 1, [.. reproducible, Shared(1), $"optimization.max_update={Updates}"]));
        using var many = Larger();
        var two = RankJob.Run(many, 2, [.. reproducible, Shared(2), $"optimization.max_update={Updates / 2}"]);
        RankJob.Ends(0, two);
        Assert.Contains("2 processes on ", two.Error);
        Assert.Contains("mpirun (OMPI_COMM_WORLD_RANK", two.Error);
        Assert.Contains("each process computes with 1 thread; other runs come to the same last bits with common.num_threads=1", two.Error);
        var four = RankJob.Run(many, 4, [.. reproducible, Shared(4), $"optimization.max_update={Updates}",
            "distributed_training.bucket_cap_mb=1"]);
        RankJob.Ends(0, four);
        Assert.Contains($"going on from update {Updates / 2} ", four.Error);
        Assert.Equal(one.MetricsWithoutClock(), many.MetricsWithoutClock());
        Assert.Equal(RankJob.Weights(one), RankJob.Weights(many));
        Assert.Equal(1, four.Output.Split("checkpoint: ").Length - 1); // one of them talks
    }

    /// <summary>
    /// The fast sums differ in their last digits, and so do those of layers beside the backward pass: of the last of several micro-batches
    /// alone, whichever layers it drops.
    /// </summary>
    [Fact]
    public void Two_processes_learn_what_one_does()
    {
        string[] fast = [.. s_common, "optimization.max_update=50", "lr_scheduler.total_num_update=50", "task.labels=[km,coarse]"];
        using var one = Larger();
        RankJob.Ends(0, RankJob.Run(one, 1, [.. fast, "optimization.update_freq=[4]"]));
        using var two = Larger();
        RankJob.Ends(0, RankJob.Run(two, 2, [.. fast, "optimization.update_freq=[2]", "distributed_training.overlap=always"]));
        var apart = All(one, "loss").Zip(All(two, "loss"), (expected, found) => Math.Abs((found / expected) - 1)).ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine($"apart by {apart.Max():E2} at most, and {apart[^1]:E2} at last");
        Assert.Equal(50, apart.Length);
        Assert.All(apart, difference => Assert.InRange(difference, 0, 1e-6));
    }

    /// <summary>Three processes have no branch of a tree of sums each.</summary>
    [Fact]
    public void Three_processes_come_to_the_last_bit_of_one()
    {
        string[] few = [.. s_common, "distributed_training.reproducible=true", "optimization.max_update=3", "common.bf16=true"];
        using var one = Larger();
        RankJob.Ends(0, RankJob.Run(one, 1, [.. few, "optimization.update_freq=[6]"]));
        using var three = Larger();
        RankJob.Ends(0, RankJob.Run(three, 3, [.. few, "optimization.update_freq=[2]"]));
        Assert.Equal(one.MetricsWithoutClock(), three.MetricsWithoutClock());
        Assert.Equal(RankJob.Weights(one), RankJob.Weights(three));
    }

    /// <summary>Rounded, as the sum of float32 is not, and by no more than their digits, after the backward pass and beside it.</summary>
    [Fact]
    public void Sixteen_bits_on_the_wire_change_a_gradient_in_its_last_digits()
    {
        string[] few = [.. s_common, "optimization.max_update=2", "dataset.disable_validation=true", "checkpoint.no_save=true"];
        using var one = new TinyRun();
        RankJob.Ends(0, RankJob.Run(one, 1, [.. few, "optimization.update_freq=[2]"]));
        foreach (var (hook, overlap, most) in new[] { ("fp16", "always", 1e-3), ("bf16", "never", 8e-3) })
        {
            using var two = new TinyRun();
            var end = RankJob.Run(two, 2, [.. few, "optimization.update_freq=[1]", $"distributed_training.ddp_comm_hook={hook}",
                $"distributed_training.overlap={overlap}"]);
            RankJob.Ends(0, end);
            Assert.Equal(overlap == "always",
                end.Error.Contains("gradients are summed piece by piece, beside the backward pass", StringComparison.Ordinal));
            Assert.InRange(Math.Abs((Last(two, "gnorm") / Last(one, "gnorm")) - 1), 1e-7, most);
        }
    }

    /// <summary>The first codebooks come from one process, the decoder is summed beside the backward pass, the rest after it.</summary>
    [Fact]
    public void A_tokenizer_of_two_processes_is_that_of_one()
    {
        using var run = new TinyTokenizerRun();
        string[] few = ["optimization.max_update=3", "common.log_interval=1", "dataset.disable_validation=true"];
        run.Train("one", overrides: few);
        var config = Path.Combine(run.At(), "config.yaml");
        File.WriteAllText(config, run.Config([.. few, "optimization.update_freq=[1]", "distributed_training.overlap=always"]).ToYaml());
        using var job = HubertProcess.Start(["tokenizer", "train", config, "--out", run.At("two"), "--nproc", "2"]);
        var end = job.WaitForEnd();
        RankJob.Ends(0, end);
        Assert.Contains("gradients of model are summed piece by piece, beside", end.Error);
        Assert.Contains("gradients of discriminators are summed after the backward pass, not beside it: none of them", end.Error);
        foreach (var key in (string[])["loss", "loss_discriminators", "commit"])
        {
            Assert.All(run.Lines("one", "train_inner").Zip(run.Lines("two", "train_inner")), pair => Assert.InRange(
                pair.Second.GetProperty(key).GetDouble() / pair.First.GetProperty(key).GetDouble(), 1 - 1e-4, 1 + 1e-4));
        }
    }

    [Fact]
    public void A_process_with_another_configuration_is_named_before_the_first_update()
    {
        using var run = new TinyRun();
        var command =
            $"$HUBERT pretrain --config-name hubert_small_cpu --run {run.Folder} {RankJob.Words([.. run.Overrides, .. s_common])}";
        var end = HubertProcess.RunShell(["bash", "-c"],
            $"mpirun --allow-run-as-root --oversubscribe -n 1 {command} : -n 1 {command} optimization.clip_norm=3");
        Assert.NotEqual(0, end.ExitCode);
        Assert.Contains("rank 1 on ", end.Error);
        Assert.Contains("optimization.clip_norm is not that of the other processes", end.Error);
        Assert.Contains("found optimization.clip_norm=3", end.Error);
    }

    /// <summary>A relative path from two folders, as two machines without a common disk have it.</summary>
    [Fact]
    public void A_process_with_another_run_folder_is_named_at_the_start()
    {
        using var run = new TinyRun();
        var (here, there) = (Path.Combine(run.Data, "here"), Path.Combine(run.Data, "there"));
        Directory.CreateDirectory(here);
        Directory.CreateDirectory(there);
        var command = $"$HUBERT pretrain --config-name hubert_small_cpu --run it {RankJob.Words([.. run.Overrides, .. s_common])}";
        var end = HubertProcess.RunShell(["bash", "-c"],
            $"mpirun --allow-run-as-root --oversubscribe -n 1 -wdir {here} {command} : -n 1 -wdir {there} {command}");
        RankJob.Ends(CommandHost.UserFault, end);
        var host = Environment.MachineName;
        Assert.StartsWith($"hubert: rank 1 on {host}: the run folder is not that of the other processes (expected {here}/it, as rank 0 on "
            + $"{host} has it, which writes it, found {there}/it); give all of them a folder",
            Assert.Single(end.Error.Split('\n'), line => line.StartsWith("hubert: ", StringComparison.Ordinal)));
        Assert.DoesNotContain("has died", end.Error);
        Assert.False(Path.Exists(Path.Combine(here, "it", "metrics.jsonl")));
    }

    [Fact]
    public void Features_and_clusters_of_several_processes_are_those_of_one_and_their_reports_go()
    {
        using var run = new TinyRun();
        string[] command = ["features", "fbank", "--manifest", Path.Combine(run.Data, "train.tsv"), "--out"];
        var (one, three) = (Path.Combine(run.Data, "one"), Path.Combine(run.Data, "three"));
        AcousticDump.Run(new AcousticDumpOptions
        {
            ManifestPath = command[3],
            OutputFolder = one,
            Settings = AcousticSettings.Fbank,
        });
        using var process = HubertProcess.Start([.. command, three, "--nproc", "3"]);
        RankJob.Ends(0, process.WaitForEnd());
        Assert.Equal(Directory.GetFileSystemEntries(one).Select(Path.GetFileName).Order(),
            Directory.GetFileSystemEntries(three).Select(Path.GetFileName).Order());
        foreach (var file in Directory.GetFiles(one))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(three, Path.GetFileName(file))));
        byte[] Fit(int processes)
        {
            var model = Path.Combine(run.Data, $"{processes}.safetensors");
            using var fit = HubertProcess.Start(["kmeans", "fit", "--features", one, "--clusters", "9", "--starts", "6", "--lloyd", "3",
                "--out", model, "--nproc", $"{processes}"]);
            RankJob.Ends(0, fit.WaitForEnd());
            return File.ReadAllBytes(model);
        }
        Assert.Equal(Fit(1), Fit(4));
    }

    [Fact]
    public void Variables_of_a_launcher_that_MPI_does_not_know_are_no_world()
    {
        using var run = new TinyRun();
        using var process = HubertProcess.Start(new Dictionary<string, string> { ["RANK"] = "0", ["WORLD_SIZE"] = "2" },
            ["pretrain", "--config-name", "hubert_small_cpu", "--run", run.Folder, .. run.Overrides]);
        var end = process.WaitForEnd();
        Assert.Equal(CommandHost.UserFault, end.ExitCode);
        Assert.Contains("launcher and MPI library do not belong together", end.Error);
        Assert.Contains("mpirun or srun --mpi=pmix", end.Error);
    }

    // updates of 8 micro-batches and of what is left over, in which some processes have nothing to do
    private static TinyRun Larger()
    {
        var run = new TinyRun();
        run.TrainOn(11);
        run.AddCoarseLabels(5);
        return run;
    }

    private static double Last(TinyRun run, string key) => All(run, key)[^1];

    private static double[] All(TinyRun run, string key) => [.. File.ReadLines(run.MetricsPath)
        .Where(line => line.Contains("\"train_inner\"", StringComparison.Ordinal))
        .Select(line => JsonDocument.Parse(line).RootElement.GetProperty(key).GetDouble())];
}
