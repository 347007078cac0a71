using HubertSharp.Cli;

namespace HubertSharp.Tests.Cli;

/// <summary>
/// What users get wrong ends in one line that names it and exit code 1: by the program's entry in this process, since to start it for each
/// takes longer than to refuse; what its process adds is seen in <see cref="LimitTests"/> and <see cref="TerminalTests"/>.
/// </summary>
[Trait("Part", "e2e")]
public sealed class BadInputTests : IClassFixture<BadInputTests.Prepared>
{
    private readonly Prepared _data;

    public BadInputTests(Prepared data) => _data = data;

    [Fact]
    public void A_manifest_that_names_a_missing_file()
    {
        var manifest = _data.Copy("train.tsv", lines => lines[3] = lines[3].Replace("train_02", "nowhere"));
        var error = Fails("features", "mfcc", "--manifest", manifest, "--out", _data.NewFolder());
        Assert.Contains("train.tsv:4", error);
        Assert.Contains("nowhere.wav", error);
    }

    [Fact]
    public void A_manifest_with_a_wrong_sample_count()
    {
        var manifest = _data.Copy("train.tsv", lines => lines[3] = $"{lines[3].Split('\t')[0]}\t16000\tzh");
        var error = Fails("features", "mfcc", "--manifest", manifest, "--out", _data.NewFolder());
        Assert.Contains("train.tsv:4", error);
        Assert.Contains("16000", error);
    }

    [Fact]
    public void A_folder_split_in_two_ways_at_once()
    {
        var error = Fails("manifest", Path.GetDirectoryName(_data.Manifest)!, "--out", _data.NewFolder(), "--valid-speakers", "1",
            "--valid-percent", "0.1");
        Assert.Contains("--valid-speakers, --valid-percent: two ways to split (expected one of them, found both)", error);
    }

    [Fact]
    public void Labels_at_another_rate()
    {
        var error = Fails("labels", "check", "--manifest", _data.Manifest, "--labels", _data.Labels, "--label-rate", "50");
        Assert.Contains("50", error);
        Assert.Matches("(99|100)", error);
    }

    [Theory]
    [InlineData("--nodes", "0", "bad --nodes (expected a whole number, 1 to 100000, found 0)")]
    [InlineData("--gpus", "1.5", "bad --gpus (expected a whole number, 1 to 1024, found 1.5)")]
    [InlineData("--link", "-1", "bad --link (expected 0.001 to 100000, found -1)")]
    [InlineData("--achieved", "NaN", "bad --achieved")]
    [InlineData("--wire-bits", "8", "bad --wire-bits (expected 16 or 32, found 8)")]
    [InlineData("--micro-batches", "0", "bad --micro-batches")]
    [InlineData("--utterance-seconds", "900", "does not fit into a batch", "task.max_sample_size=null")]
    [InlineData("--utterance-seconds", "100", "does not say how large a batch is", "dataset.max_tokens=null")]
    public void A_plan_that_nobody_can_make(string option, string value, string expected, string key = "model.label_rate=50") =>
        Assert.Contains(expected, Fails("plan", "hubert_base_librispeech", key, option, value));

    [Theory]
    [InlineData("0", "no number of processes")]
    [InlineData("-3", "no number of processes")]
    [InlineData("100000", "too many processes")]
    public void A_number_of_processes_that_nobody_wants(string count, string expected)
    {
        foreach (var verb in (string[][])[["pretrain"], ["features", "mfcc", "--manifest", _data.Manifest, "--out", "o"]])
            Assert.Contains(expected, Fails([.. verb, "--nproc", count]));
    }

    [Fact]
    public void Labels_with_unknown_ids()
    {
        var labels = _data.CopyLabels(lines => lines[2] = $"12345 {lines[2]}");
        Assert.Contains("12345", Fails("labels", "check", "--manifest", _data.Manifest, "--labels", labels, "--label-rate", "100"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_dictionary_without_symbols(bool json)
    {
        var labels = _data.CopyLabels(_ => { });
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(labels)!, "dict.km.txt"), "");
        var error = Fails(["labels", "check", "--manifest", _data.Manifest, "--labels", labels, "--label-rate", "100",
            .. json ? new[] { "--json" } : []]);
        Assert.Contains("the dictionary has no symbols", error);
        Assert.Contains("dict.km.txt", error);
    }

    [Fact]
    public void Not_a_number_among_the_features()
    {
        var features = _data.CopyFeatures(bytes => BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 400), float.NaN));
        var error = Fails("kmeans", "fit", "--features", features, "--clusters", "8", "--out", Path.Combine(features, "km.safetensors"));
        Assert.Contains("NaN", error);
        Assert.Contains("train_0_1.npy", error);
        Assert.False(File.Exists(Path.Combine(features, "km.safetensors")));
    }

    [Fact]
    public void A_misspelt_configuration_key()
    {
        var error = Fails("pretrain", "--config-name", "hubert_small_cpu", "task.data=x", "model.encoder_layer=3");
        Assert.Contains("model.encoder_layer", error);
        Assert.Contains("model.encoder_layers", error);
    }

    [Fact]
    public void Fewer_frames_than_clusters()
    {
        var error = Fails("kmeans", "fit", "--features", _data.Features, "--clusters", "90000", "--out",
            Path.Combine(_data.NewFolder(), "km.safetensors"));
        Assert.Contains("90000", error);
    }

    [Fact]
    public void A_full_disk_leaves_nothing_that_looks_whole()
    {
        const string script = "mount -t tmpfs -o size=200k none \"$OUT\" && $HUBERT features mfcc --manifest \"$MANIFEST\" --out \"$OUT\"; "
            + "code=$?; ls \"$OUT\" >&2; exit $code";
        var folder = _data.NewFolder();
        var result = HubertProcess.RunShell(["unshare", "-rm", "sh", "-c"],
            script.Replace("$OUT", folder).Replace("$MANIFEST", _data.Manifest));
        Assert.SkipWhen(result.Error.Contains("unshare:") || result.Error.Contains("mount:"),
            "this system allows no file system of our own");
        Assert.Equal(CommandHost.UserFault, result.ExitCode);
        Assert.Contains("space", result.Error);
        Assert.DoesNotContain(".npy\n", result.Error);
        Assert.DoesNotContain(".len\n", result.Error);
    }

    [Theory]
    [InlineData("features mfcc --manifest nowhere.tsv --out x", "nowhere.tsv")]
    [InlineData("kmeans fit --features nowhere --clusters 5 --out x", "nowhere")]
    [InlineData("doctor nowhere", "nowhere")]
    [InlineData("pipeline nowhere.yaml", "nowhere.yaml")]
    [InlineData("pipeline minute", "corpus")]
    [InlineData("pipeline minute corpus=nowhere --out /proc/x", "nowhere")]
    [InlineData("pipeline minute corpus=nowhere --force kmean-1", "did you mean 'kmeans-1'?")]
    [InlineData("demo --out /proc/hubert", "/proc/hubert")]
    [InlineData("corpus get nothing --out x", "debian-zh-en")]
    [InlineData("kmeans", "fit, apply, score")]
    [InlineData("pretran", "did you mean 'pretrain'?")]
    public void Anything_else_that_is_not_there(string arguments, string named) => Assert.Contains(named, Fails(arguments.Split(' ')));

    private static string Fails(params string[] arguments)
    {
        var (exitCode, error) = Run(arguments);
        Assert.True(exitCode == CommandHost.UserFault, $"exit code {exitCode}: {error}");
        return Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => line.StartsWith("hubert: ", StringComparison.Ordinal));
    }

    private static (int ExitCode, string Error) Run(params string[] arguments)
    {
        using var error = new StringWriter();
        var exitCode = CommandHost.RunAsync(HubertSharp.Cli.Program.CreateRoot(), arguments, error).GetAwaiter().GetResult();
        return (exitCode, error.ToString());
    }

    /// <summary>A small corpus with features, clusters and labels, made once; tests work on copies.</summary>
    public sealed class Prepared : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private int _folders;

        public Prepared()
        {
            SmallCorpus.Write(_folder.At("data"), trainUtterances: 6, validUtterances: 2);
            Succeeds("features", "mfcc", "--manifest", Manifest, "--out", Features);
            Succeeds("kmeans", "fit", "--features", Features, "--clusters", "8", "--starts", "2", "--out", _folder.At("km.safetensors"));
            Succeeds("kmeans", "apply", "--features", Features, "--model", _folder.At("km.safetensors"), "--out", Labels);
        }

        public string Manifest => _folder.At("data", "train.tsv");

        public string Features => _folder.At("features");

        public string Labels => _folder.At("labels", "train.km");

        public string NewFolder() => Directory.CreateDirectory(_folder.At($"copy{Interlocked.Increment(ref _folders)}")).FullName;

        public string Copy(string name, Action<string[]> change)
        {
            var lines = File.ReadAllLines(_folder.At("data", name));
            lines[0] = _folder.At("data", "audio");
            change(lines);
            var path = Path.Combine(NewFolder(), name);
            File.WriteAllLines(path, lines);
            return path;
        }

        public string CopyLabels(Action<string[]> change)
        {
            var folder = NewFolder();
            var lines = File.ReadAllLines(Labels);
            change(lines);
            File.WriteAllLines(Path.Combine(folder, "train.km"), lines);
            File.Copy(_folder.At("labels", "dict.km.txt"), Path.Combine(folder, "dict.km.txt"));
            return Path.Combine(folder, "train.km");
        }

        public string CopyFeatures(Action<byte[]> change)
        {
            var folder = NewFolder();
            foreach (var path in Directory.GetFiles(Features))
                File.Copy(path, Path.Combine(folder, Path.GetFileName(path)));
            var array = Path.Combine(folder, "train_0_1.npy");
            var bytes = File.ReadAllBytes(array);
            change(bytes);
            File.WriteAllBytes(array, bytes);
            return folder;
        }

        public void Dispose() => _folder.Dispose();

        private static void Succeeds(params string[] arguments)
        {
            var (exitCode, error) = Run(arguments);
            Assert.True(exitCode == CommandHost.Done, error);
        }
    }
}
